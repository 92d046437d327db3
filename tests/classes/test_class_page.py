"""Promises of what a class run prints at its end."""
import io
from pathlib import Path

from rich.console import Console

from autograder.classes.outputs import Graded
from autograder.classes.progress import print_end
from autograder.grading.options import Options

WEAKER = "reduced: no namespaces, because bubblewrap is not installed"


def page(*isolations: str) -> str:
    """The last page of a class whose students were graded at these levels."""
    shown = Console(file=io.StringIO(), width=150)
    rows = [Graded(f"s{number}", 1.0, 15.0, {"softmax": (1.0, 15.0, "partial")}, 1.0, (), Path("x.json"), isolation)
            for number, isolation in enumerate(isolations)]
    print_end(shown, rows, Options(Path(), ("softmax",), "cpu", 1), Path("out"))
    return shown.file.getvalue()


def test_weaker_isolation_is_said_once_for_the_class():
    """Which level, and what is missing; full isolation is no news."""
    assert page("full", WEAKER, WEAKER).count(f"Isolation of the students' code: {WEAKER}") == 1
    assert "Isolation" not in page("full", "full")
