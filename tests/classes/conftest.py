"""Classes made up for the tests, and graders that take no time."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

sys.path.insert(0, str(Path(__file__).parent))

import fake_grader  # noqa: E402   the path above has to be there first

from tests import forked  # noqa: E402


@pytest.fixture
def fake_graders(monkeypatch):
    """Class runs of this test use the stand-in for grading processes."""
    from autograder.classes.worker import Worker

    monkeypatch.setattr(Worker, "program", [fake_grader.__file__])
    monkeypatch.setattr(subprocess, "Popen", forked.Popen)
    for module in ("run", "fingerprint"):
        monkeypatch.setattr(f"autograder.classes.{module}.kit_hash", lambda: "kit")


@pytest.fixture
def graded_log(tmp_path, monkeypatch):
    """A function that gives the students graded since it was last asked, in order."""
    path = tmp_path / "graded.log"
    monkeypatch.setenv("FAKE_LOG", str(path))

    def take() -> list[str]:
        names = path.read_text().split() if path.exists() else []
        path.unlink(missing_ok=True)
        return names

    return take


@pytest.fixture
def make_class(tmp_path):
    """`make_class(ann="score 3")`: a folder of submissions that say how they are to be graded."""

    def make(**acts: str) -> Path:
        folder = tmp_path / "class"
        for student, act in acts.items():
            (folder / student).mkdir(parents=True, exist_ok=True)
            (folder / student / "act.txt").write_text(act)
        return folder

    return make


@pytest.fixture
def run_class(tmp_path):
    """Grade a class into one folder with softmax as the only problem."""
    from autograder.classes.run import grade_class

    def run(folder: Path, **options):
        options = {
            "jobs": 2,
            "seed": 1,
            "problems": ["softmax"],
            "device": "cpu",
            "summary": False,
            "console": Console(file=io.StringIO(), width=120),
        } | options
        return grade_class(folder, tmp_path / "out", **options)

    return run
