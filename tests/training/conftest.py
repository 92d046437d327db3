"""The course as students have it, solved, and a way to run its scripts."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.build import build
from autograder.course import SOLUTIONS, parts
from data_scripts.catalog import DATASETS
from data_scripts.prepare import Request, prepare
from data_scripts.progress import Reporter

sys.path.append(str(SOLUTIONS))  # for tests that call training_kit themselves

TINY = {
    "classifiers": ["--train-images", "300", "--epochs", "2", "--batch-size", "32", "--log-every", "3"],
    "distillation": ["--train-images", "80", "--epochs", "2", "--batch-size", "32", "--log-every", "3", "--no-test"],
    "transfer": ["--train-images", "40", "--epochs", "1", "--batch-size", "18"],
}


@dataclass(frozen=True)
class Ended:
    """How a script ended, and what it printed."""

    status: int
    output: str


class Course:
    """The parts of the course with everything that students get, and the solutions in the place of gaps."""

    def __init__(self, top: Path, data: Path, launcher: subprocess.Popen):
        self.top, self.data, self.launcher = top, data, launcher

    def run(self, folder: Path, script: str, *arguments, before: str = "") -> Ended:
        """Run a script in a fresh process.

        Args:
            folder: where it runs; made when it is missing.
            script: such as "classifiers/train.py".
            arguments: of its command line.
            before: Python code to run first; `top` is the course's folder in it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        log = self.top.parent / "output.log"
        job = {
            "script": str(self.top / script),
            "arguments": [str(argument) for argument in arguments],
            "folder": str(folder),
            "log": str(log),
            "before": before,
        }
        self.launcher.stdin.write(json.dumps(job) + "\n")
        self.launcher.stdin.flush()
        return Ended(int(self.launcher.stdout.readline()), log.read_text(encoding="utf-8"))

    def train(self, folder: Path, part: str, *arguments, before: str = "") -> Ended:
        """Train with tiny settings."""
        return self.run(folder, f"{part}/train.py", *TINY[part], "--device", "cpu", "--root", self.data, *arguments, before=before)


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    """The synthetic data set, drawn once."""
    root = tmp_path_factory.mktemp("data")
    prepare(Request(DATASETS["synthetic"], root), Reporter())
    return root


@pytest.fixture(scope="session")
def course(tmp_path_factory, data):
    """The built assignment with the solutions' files in the place of those with gaps."""
    top = tmp_path_factory.mktemp("students") / "course"
    build(assignment=top)
    for part in parts():
        for name in part.files:
            (top / part.id / name).write_bytes((part.folder / name).read_bytes())
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    environment |= {"OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "100"}
    command = [sys.executable, str(Path(__file__).with_name("launcher.py"))]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment) as process:
        yield Course(top, data, process)
        process.stdin.close()


@pytest.fixture(scope="session")
def trained(course, tmp_path_factory):
    """A folder with finished runs of parts 1 and 2, for pictures."""
    folder = tmp_path_factory.mktemp("trained")
    methods = ("teacher", "student", "distilled", "soft-only", "ema")
    for arguments in (
        ["classifiers", "--model", "softmax"],
        ["classifiers", "--model", "convnet", "--hidden-dim", "4"],
        *(["distillation", method] for method in methods),
    ):
        ended = course.train(folder, *arguments)
        assert ended.status == 0, ended.output
    return folder
