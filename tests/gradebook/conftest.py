"""A graded class as it stands on disk, made of records: ann 8, bob 10.5, cem not graded, dora handed in nothing."""

import json
from pathlib import Path

import pytest

from autograder.classes.roll import Absent, Roll, Seat, write_roll
from autograder.course import Heading, parts
from autograder.results.record import Case, CheckResult, ProblemResult, SubmissionResult
from autograder.results.renderers import rendered
from autograder.results.stored import to_json

PART = parts()[0]  # decisions find a problem's part in the course
MARKS = {"ann": (8.0, "failed"), "bob": (10.5, "failed"), "cem": (0.0, "not graded")}


def record(student: str, score: float, end: str) -> SubmissionResult:
    """One problem of 12 points of which a check has given `score`."""
    checks = [
        CheckResult("test_a", "The first is right", 1, score, [Case("", "passed")]),
        CheckResult("test_b", "The second is right", 1, 12 - score, [Case("", end, "f(2) returned 3; it should be like x.")]),
    ]
    heading = Heading(PART.id, PART.problems[0].id, "1.1", "A line; with <b>", 12)
    return SubmissionResult(student, [ProblemResult(heading, checks)], 1, "cpu", "full", {})


@pytest.fixture
def graded(tmp_path):
    """`graded("canvas", ann="Ada_101")`: the folder of a class run; by whom the platform calls how."""

    def make(layout: str = "folders", folder: Path | None = None, **called: str) -> Path:
        out = tmp_path / "out"
        (out / "records").mkdir(parents=True)
        seats = []
        for name, (score, end) in MARKS.items():
            student = called.get(name, name)
            result = record(student, score, end)
            for place, text in rendered(result).items():
                (out / place).parent.mkdir(exist_ok=True)
                (out / place).write_text(text)
            (out / "records" / f"{student}.json").write_text(to_json(result))
            seats.append(Seat(student, (student,), student))
        write_roll(out, Roll(tuple(seats), (Absent("dora", "has handed in no file"),), layout))
        (out / "run.json").write_text(json.dumps({"folder": str(folder or tmp_path), "problems": [PART.problems[0].id]}))
        return out

    return make
