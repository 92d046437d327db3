"""The planted files: right answers in another style, and answers with one mistake, each in the place of a solution's file.

A plant is one file, `tests/plants/PART/PROBLEM/right_NAME.py` or `mistake_NAME.py`. Its docstring says which file it
replaces (`replaces:`) and, for a mistake, a phrase that the student must read (`message:`). A mistake with which nothing of
the problem can work says so, with the reason (`nothing works:`). Below the docstring stands the whole file, or nothing where the
docstring says what is changed in the solution: `old:`, a text that stands there once and in one line, and `new:`, what comes in its place.

    python -m tests.fairness.plants tests/plants/PART/PROBLEM/mistake_NAME.py      # prints what its author would hand in
"""

import re
import sys
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
        return Answer(self.id, self.part, self.problem, ((self.said("replaces"), self.text),))

    @property
    def text(self) -> str:
        """What the file in the solution's place holds."""
        old = self.says("old")
        if not old:
            return self.path.read_text(encoding="utf-8")
        file = f"solutions/{self.part}/{self.said('replaces')}"
        solution = (COURSE_ROOT / file).read_text(encoding="utf-8")
        found = solution.count(old)
        assert found == 1, f"{self.id}.py: `old: {old}` stands {found} times in {file}; give a text that stands there once."
        return solution.replace(old, self.says("new"))


def plants(kind: str) -> list[Plant]:
    """The plants of one kind, `right` or `mistake`."""
    found = (path for path in sorted(PLANTS.glob(f"*/*/{kind}_*.py")) if path.parts[-2] in problems())
    return [Plant(path.parts[-3], path.parts[-2], path.stem) for path in found]


def whole(name: str) -> list[Plant]:
    """The solution or the stub of every problem that has plants."""
    return [Plant(part, problem, name) for part, problem in dict.fromkeys((plant.part, plant.problem) for plant in plants("right"))]


if __name__ == "__main__":
    chosen = Path(sys.argv[1])
    print(Plant(chosen.parts[-3], chosen.parts[-2], chosen.stem).text, end="")
