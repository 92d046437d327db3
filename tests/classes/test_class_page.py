"""Promises of what a class run prints at its end."""

import io
from pathlib import Path

from rich.console import Console

from autograder.classes.outputs import Graded, note_on
from autograder.classes.progress import print_end
from autograder.grading.options import Options

WEAKER = "reduced: no namespaces, because bubblewrap is not installed"


def page(*isolations: str) -> str:
    """The last page of a class whose students were graded at these levels."""
    shown = Console(file=io.StringIO(), width=150)
    rows = [
        Graded(f"s{number}", 1.0, 15.0, {"softmax": (1.0, 15.0, "partial")}, 1.0, (), Path("x.json"), isolation)
        for number, isolation in enumerate(isolations)
    ]
    print_end(shown, rows, Options(Path(), ("softmax",), "cpu", 1), Path("out"))
    return shown.file.getvalue()


def test_everybody_is_called_as_in_the_table_of_marks():
    """Not by the name of a file, which is safe and may be another."""
    shown = Console(file=io.StringIO(), width=100)
    rows = [Graded(name, 1.0, 1.0, {}, 1.0, (), Path("x.json")) for name in ("ann", "cy _1_~614e5d")]
    print_end(shown, rows, Options(Path(), ("softmax",), "cpu", 1), Path("out"), called={"cy _1_~614e5d": "cy (1)\x1b[31m"})
    assert "cy (1)" in shown.file.getvalue() and "614e5d" not in shown.file.getvalue() and "\x1b" not in shown.file.getvalue()


def test_weaker_isolation_is_said_once_for_the_class():
    """Which level, and what is missing; full isolation is no news."""
    assert page("full", WEAKER, WEAKER).count(f"Isolation of the students' code: {WEAKER}") == 1
    assert "Isolation" not in page("full", "full")


def test_a_submission_of_which_nothing_could_be_read_stands_out():
    """The row of somebody whose problems are all missing says so; one missing problem is like any other lost points."""

    def note(*statuses: str) -> str:
        problems = {f"problem {number}": (0.0, 5.0, status) for number, status in enumerate(statuses)}
        return note_on(Graded("s", 0.0, 10.0, problems, 1.0, (), Path("x.json")))

    assert note("missing", "missing") == "missing: everything"
    row = Graded("s", 0.0, 5.0, {"softmax": (0.0, 5.0, "missing")}, 1.0, (), Path("x.json"), reason="s.zip is empty.")
    assert note_on(row) == "missing: everything; s.zip is empty."
    assert note("missing", "failed") == "" and note("missing", "crashed") == "crashed: problem 1"
