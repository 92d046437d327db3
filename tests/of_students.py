"""The course as students have it, solved, and a way to run its scripts.

What only one part's scripts do is tested in `tests/PART`, whose `train` knows settings that take a second.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from autograder.build import build
from autograder.course import SOLUTIONS, parts
from data_scripts.catalog import DATASETS
from data_scripts.prepare import Request, prepare
from data_scripts.progress import Reporter
from tests import forked

sys.path.append(str(SOLUTIONS))  # for tests that call training_kit themselves


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

    def trainer(self, part: str, *tiny: str) -> Callable[..., Ended]:
        """`train(folder, *arguments, before="")` runs a part's train.py.

        Args:
            part: its id.
            tiny: settings with which it takes a second or two.
        """

        def train(folder: Path, *arguments: object, before: str = "") -> Ended:
            return self.run(folder, f"{part}/train.py", *tiny, "--device", "cpu", "--root", self.data, *arguments, before=before)

        return train


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
    command = [sys.executable, str(Path(__file__).with_name("training") / "launcher.py")]
    pipe = subprocess.PIPE
    with forked.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment) as process:
        yield Course(top, data, process)
        process.stdin.close()


def goes_on_with_more_epochs(train: Callable[..., Ended], folder: Path, name: str, *arguments: object) -> None:
    """A finished run goes on with more epochs; fewer than it has are refused, and what was learned later is tested."""
    assert train(folder, *arguments, "--epochs", 1).status == 0
    longer = train(folder, *arguments, "--epochs", 2, "--resume")
    assert longer.status == 0 and "goes on after epoch 1 of 2" in longer.output, longer.output
    run = folder / "runs" / name
    assert [line["epoch"] for line in lines_of(run) if "validation_accuracy" in line] == [1, 2]
    assert json.loads((run / "settings.json").read_text())["epochs"] == 2
    fewer = train(folder, *arguments, "--epochs", 1, "--resume")
    assert (fewer.status, fewer.output) == (1, f"The run in runs/{name} ended with epoch 2, so --epochs 1 is too small.\n")


def lines_of(run: Path) -> list[dict]:
    """The log of a run."""
    return [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]


def expect_picture(course: Course, trained: Path, part: str, arguments: list[str], folder: Path) -> None:
    """A part's pictures.py draws a PNG of a size that can be read.

    Args:
        trained: with the runs that are drawn.
        folder: for the picture.
    """
    ended = course.run(trained, f"{part}/pictures.py", *arguments, "--out", folder / "drawn.png")
    assert ended.status == 0, ended.output
    with Image.open(folder / "drawn.png") as picture:
        assert picture.format == "PNG" and min(picture.size) > 300
