"""A class of three whose results are stored, and the command that decides about it."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.classes.entries import Entry
from autograder.classes.outputs import Outputs
from autograder.classes.roll import Absent, Roll, Seat, write_roll
from autograder.classes.unit import render
from autograder.decisions.command import command
from autograder.results.record import Case, CheckResult, ProblemResult, SubmissionResult
from tests.made_up import PROBLEMS

WEIGHTS = {"shape": 5.0, "scores": 7.0, "gradients": 3.0}
WHY = ("--reason", "the text was <b>ambiguous</b>", "--by", "N. N.")


def graded(student: str, **ends: str) -> SubmissionResult:
    """A result for softmax: every check passed but those that are said to have ended otherwise."""
    checks = [
        CheckResult(f"test_{name}", f"The {name} are right", 1, most, [Case("", ends.get(name, "passed"), "m")])
        for name, most in WEIGHTS.items()
    ]
    return SubmissionResult(student, [ProblemResult(PROBLEMS["softmax"], checks)], 1, "cpu", "full", {"torch": "2.6"})


@pytest.fixture
def out(tmp_path) -> Path:
    """Three students, one of them twice, and one who handed in nothing."""
    outputs = Outputs(tmp_path / "out")
    results = [graded("ann", shape="failed"), graded("ben"), graded("cy", scores="failed"), graded("cy _1_~614e5d")]
    rows = [outputs.store(Entry(one.name, Path(one.name)), render(one.name, one), "-") for one in results]
    seats = [Seat(row.student, (row.student,), "cy (1)" if "_1_" in row.student else "") for row in rows]
    roll = Roll(tuple(seats), (Absent("zoe", "has handed in no file, only a text."),))
    outputs.write_settings({"problems": ["softmax"], "seed": 1, "device": "cpu"})
    outputs.write_grades(rows, roll.seats, ("softmax",), roll.absent)
    write_roll(outputs.root, roll)
    outputs.close()
    return tmp_path / "out"


def decide(out: Path, *words: str, status: int = 0) -> str:
    """What the command says."""
    said = CliRunner().invoke(command, [str(out), *words])
    assert said.exit_code == status and (said.exception is None or isinstance(said.exception, SystemExit)), said.output
    return said.output


def grades(out: Path, name: str = "grades.csv") -> dict[str, dict[str, str]]:
    """The table by student."""
    with open(out / name, newline="", encoding="utf-8") as file:
        return {row["student"]: row for row in csv.DictReader(file)}
