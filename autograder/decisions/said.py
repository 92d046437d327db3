"""What the summary of a class says of decisions and lateness: one line each, with how many students and points they move."""

from dataclasses import dataclass
from math import fsum
from statistics import mean

from ..results.numbers import signed
from .final import Numbered
from .marks import ClassMarks


@dataclass(frozen=True)
class DecisionLine:
    """One decision over the whole class: `students` are those whose points it changes."""

    number: int
    words: str
    who: str
    reason: str
    by: str
    date: str
    students: int
    points: str


@dataclass(frozen=True)
class LateLine:
    """One part of one student that came late."""

    student: str
    part: str
    handed_in: str
    how_late: str
    free_days: str
    penalty: str


@dataclass(frozen=True)
class Said:
    """Everything that is said."""

    figures: list[tuple[str, float]]
    decisions: list[DecisionLine]
    late: list[LateLine]
    unknown: list[str]
    remarks: list[str]


def said_of(marks: ClassMarks, decisions: list[Numbered]) -> Said:
    """The lines.

    Args:
        marks: of the class.
        decisions: those that are not withdrawn.
    """
    moved: dict[int, list[float]] = {}
    for held in marks.marks.values():
        for _, made in held.adjustments:
            if made.points and made.number:
                moved.setdefault(made.number, []).append(made.points)
    lines = []
    for number, one in decisions:
        who = ", ".join(one.students_meant) or "everybody"
        gains = moved.get(number, [])
        points = signed(fsum(gains)) if gains else ""
        lines.append(DecisionLine(number, one.words, who, one.reason, one.by, str(one.date), len(gains), points))
    parts = [(student, part) for student, held in marks.marks.items() for part in held.parts if part.late is not None]
    several = len({part.part for _, part in parts}) > 1
    late = [
        LateLine(
            student,
            part.part if several else "",
            part.late.handed_in or "time unknown",
            part.late.how_late,
            str(part.late.free_days or ""),
            signed(-part.penalty) if part.penalty else "",
        )
        for student, part in parts
        if part.late is not None and part.late.is_late
    ]
    unknown = sorted({student for student, part in parts if part.late is not None and not part.late.known})
    return Said(_figures(marks), lines, late, unknown, marks.remarks)


def _figures(marks: ClassMarks) -> list[tuple[str, float]]:
    both = [(held.earned, held.final) for held in marks.marks.values() if held.earned is not None and held.final is not None]
    earned, final = [one for one, _ in both] or [0.0], [other for _, other in both] or [0.0]
    up, down = sum(other > one for one, other in both), sum(other < one for one, other in both)
    return [
        ("mean earned", mean(earned)),
        ("mean that counts", mean(final)),
        ("students with more", up),
        ("students with less", down),
    ]
