"""The planted files: right answers in another style, and answers with one mistake, each in the place of a solution's file.

A plant is one file, `tests/plants/PART/PROBLEM/right_NAME.py` or `mistake_NAME.py`. Its docstring says which file it
replaces (`replaces:`) and, for a mistake, a phrase that the student must read (`message:`). A mistake with which nothing of
the problem can work says so, with the reason (`nothing works:`).
"""

import re
from dataclasses import dataclass
from pathlib import Path

from autograder.course import problems
from autograder.places import COURSE_ROOT
from tests.fairness.answers import Answer

PLANTS = COURSE_ROOT / "tests" / "plants"


@dataclass(frozen=True)
class Plant:
    """One submission to one problem: a planted file in the solution's tree, the solution itself or the stub."""

    part: str
    problem: str
    name: str

    @property
    def path(self) -> Path:
        """Where the planted file is."""
        return PLANTS / self.part / self.problem / f"{self.name}.py"

    @property
    def id(self) -> str:
        """As tests and tables show it."""
        return f"{self.part}/{self.problem}/{self.name}"

    def says(self, field: str) -> str:
        """The value of a field of the plant's docstring, or nothing."""
        found = re.search(rf"^{field}: *(.+)$", self.path.read_text(encoding="utf-8"), re.MULTILINE)
        return found[1].strip() if found else ""

    def said(self, field: str) -> str:
        """The value of a field that the plant's docstring must have."""
        value = self.says(field)
        assert value, f"{self.id}.py: its docstring has no line '{field}: ...'"
        return value

    @property
    def answer(self) -> Answer:
        """What its author would hand in."""
        if self.name in ("solution", "stub"):
            return Answer(self.id, self.part, self.problem, stub=self.name == "stub")
        file = (self.said("replaces"), self.path.read_text(encoding="utf-8"))
        return Answer(self.id, self.part, self.problem, (file,))


def plants(kind: str) -> list[Plant]:
    """The plants of one kind, `right` or `mistake`."""
    found = (path for path in sorted(PLANTS.glob(f"*/*/{kind}_*.py")) if path.parts[-2] in problems())
    return [Plant(path.parts[-3], path.parts[-2], path.stem) for path in found]


def whole(name: str) -> list[Plant]:
    """The solution or the stub of every problem that has plants."""
    return [Plant(part, problem, name) for part, problem in dict.fromkeys((plant.part, plant.problem) for plant in plants("right"))]
