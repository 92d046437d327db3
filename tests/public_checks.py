"""Runs the public checks as students do, on a part with the solutions in the place of gaps and one file changed."""

import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.build import build
from autograder.course import SOLUTIONS, parts
from tests import forked

# Imports torch once and forks for each run: most of a run's time would go into the import.
# `pytest` as a command does not look for modules in the current folder, so neither does this.
RUNNER = """
import json, os, sys
import pytest, torchvision
sys.path.remove("")
for folder, log, arguments in json.loads(sys.argv[1]):
    if os.fork() == 0:
        os.chdir(folder)
        file = os.open(log, os.O_WRONLY | os.O_CREAT)
        os.dup2(file, 1), os.dup2(file, 2)
        status = pytest.main(["-p", "no:cacheprovider", *arguments])
        sys.stdout.flush()
        os._exit(status)
    os.wait()
"""


def run_checks(folder, runs):
    """Run `pytest` as a student would: no plugins, no settings from above.

    Args:
        folder: for the outputs.
        runs: from names to a folder and arguments.
    Returns: what each printed.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    environment |= {"OMP_NUM_THREADS": "2", "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "100"}
    logs = {name: folder / f"{number}.log" for number, name in enumerate(runs)}
    listed = [(str(place), str(logs[name]), arguments) for name, (place, arguments) in runs.items()]
    command = [sys.executable, "-c", RUNNER, json.dumps(listed)]
    run = forked.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    return {name: log.read_text(encoding="utf-8") for name, log in logs.items()}


def messages(output):
    """What stands below each file of checks."""
    found = re.split(r"^checks/test_(\w+)\.py\n", output, flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2]))


@dataclass(frozen=True)
class Mistake:
    """A solution's file, what stands there, what a student writes instead, words of the message, and the check that says them."""

    file: str
    old: str
    new: str
    words: str
    arguments: tuple[str, ...]

    def changed(self, part: str) -> dict[str, str]:
        """The file with the mistake."""
        text = (SOLUTIONS / part / self.file).read_text(encoding="utf-8")
        assert text.count(self.old) == 1, (self.file, self.old)
        return {self.file: text.replace(self.old, self.new)}


def planted(part: str, problem: str) -> dict[str, dict[str, str]]:
    """The right plants of a problem: from their names to what they replace."""
    texts = {path.stem: path.read_text() for path in sorted((Path(__file__).parent / "plants" / part / problem).glob("right_*.py"))}
    return {f"{problem}_{name}": {re.search(r"^replaces: (\S+)$", text, re.M)[1]: text} for name, text in texts.items()}


def printed(
    top: Path,
    part: str,
    mistakes: Mapping[str, Mistake],
    right: Mapping[str, Mapping[str, str]],
    arguments: Iterable[str] = ("checks",),
) -> dict[str, str]:
    """What the checks print: of each mistake, and of each right answer.

    Args:
        top: an empty folder.
        right: from names to files that replace the solution's.
        arguments: of pytest for right answers.
    """
    build(assignment=top / "stubs")
    runs = {}
    for number, (name, mistake) in enumerate(mistakes.items()):
        runs[name] = (solved(top, f"mistake_{number}", part, mistake.changed(part)), list(mistake.arguments))
    for number, (name, files) in enumerate(right.items()):
        runs[name] = (solved(top, f"right_{number}", part, files), list(arguments))
    return run_checks(top, runs)


def solved(top: Path, name: str, part: str, files: Mapping[str, str]) -> Path:
    """A folder with the part as it was handed out, the solutions in the place of gaps, and these files."""
    folder = top / name / part
    shutil.copytree(top / "stubs" / part, folder)
    for file in next(known.files for known in parts() if known.id == part):
        shutil.copy(SOLUTIONS / part / file, folder / file)
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")
    return folder


ALL_PASSED = re.compile(r"^\d+ public checks passed; the hidden checks run after the deadline\.$", re.MULTILINE)
