"""`grades.csv`: what was earned, then apart from it what was decided, what lateness cost, and what counts; no hand edit is lost.

    student, PROBLEM..., total [, decisions] [, handed in, late, free days, penalty], final, note

The problems and `total` are what the grader gave; `decisions` are points given or taken; `final` is what counts. Columns in brackets are there
where somebody decided something or where there are deadlines.
"""

import csv
import io
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ..decisions.marks import ClassMarks, FinalMarks
from ..results.atomic import write_atomically
from ..results.numbers import points
from .names import spreadsheet_text

NAME = "grades.csv"
_DECIMAL_COMMA = re.compile(r"^(-?\d+),(\d+)$")
WRITTEN, NEXT = ".grades.written.csv", ".grades.next.csv"  # what we wrote last, by which an edit is known


class Row(Protocol):
    """Who a row is of: an entry of the folder, or a seat of `class.json`."""

    @property
    def student(self) -> str:
        """The name of the record."""

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who gets this result."""

    @property
    def note(self) -> str:
        """What the platform says."""


@dataclass(frozen=True)
class Earned:
    """What the grader gave: points by problem, None while they are open, and what there is to say of it."""

    points: Mapping[str, float | None]
    total: float | None
    note: str


def table(
    rows: Mapping[str, Earned],
    seats: Iterable[Row],
    problems: Sequence[str],
    absent: Iterable[tuple[str, str]] = (),
    decided: ClassMarks | None = None,
) -> str:
    """The table as text.

    Args:
        rows: what was graded, by the name of the record.
        seats: who gets a row.
        problems: of the run.
        absent: people of whom nothing was graded, and why.
        decided: final marks; None where nothing is decided and there are no deadlines.
    """
    marks = decided.marks if decided else {}
    lateness = any(part.late is not None for held in marks.values() for part in held.parts)
    several = len({part.part for held in marks.values() for part in held.parts}) > 1
    parts = sorted({part.part for held in marks.values() for part in held.parts}) if several else [""]
    decisions = any(one.kind != "late" for held in marks.values() for _, one in held.adjustments)
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    late = [f"{word} {part}".rstrip() for part in parts for word in LATE] if lateness else []
    header = ["student", *problems, "total", *["decisions"] * decisions, *late, "final", "note"]
    lines.writerow(header)
    for seat in sorted(seats, key=lambda seat: seat.student):
        if decided and seat.student in decided.merged:
            continue
        row = rows.get(decided.chosen.get(seat.student, seat.student) if decided else seat.student)
        held = marks.get(seat.student)
        earned = [number(row.points.get(name)) if row else "" for name in problems]
        total = number(row.total) if row else ""
        more = [number(by_decision(held))] if decisions else []
        more += [cell for part in parts for cell in _late_cells(held, part)] if lateness else []
        more.append(number(held.final) if held else total)
        notes = [seat.note, row.note if row else "not graded yet", *_notes(held)]
        note = spreadsheet_text("; ".join(filter(None, notes)))
        for person in seat.people:
            lines.writerow([spreadsheet_text(person), *earned, total, *more, note])
    for person, why in absent:
        lines.writerow([spreadsheet_text(person), *[""] * (len(header) - 2), spreadsheet_text(f"left out: {why}")])
    return text.getvalue()


LATE = ("handed in", "late", "free days", "penalty")


def by_decision(held: FinalMarks | None) -> float | None:
    """Points that decisions give or take, None while they are not known."""
    return None if held is None or held.decided is None or held.earned is None else round(held.decided - held.earned, 2)


def number(found: float | None) -> str:
    """Points in a cell, empty where they are not known."""
    return "" if found is None else points(found)


def adjustments(seats: Iterable[Row], decided: ClassMarks) -> str:
    """`adjustments.csv`: a line for everything that makes a mark other than what was earned."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(["student", "where", "kind", "points", "about", "reason", "by", "date", "decision"])
    for seat in sorted(seats, key=lambda seat: seat.student):
        held = decided.marks.get(seat.student)
        for where, one in held.adjustments if held else ():
            said = [one.what, one.reason, one.by, one.date]
            for person in seat.people:
                cells = [spreadsheet_text(person), where, one.kind, number(one.points)]
                lines.writerow([*cells, *map(spreadsheet_text, said), one.number or ""])
    return text.getvalue()


def write_keeping_edits(root: Path, text: str, now: datetime | None = None) -> str:
    """Write `grades.csv`; one that somebody has changed since we wrote it is kept beside it.

    Args:
        root: the folder of the class run.
        text: the new table.
        now: for the name of what is kept.
    Returns: a sentence about what was kept, empty where nothing was.
    Raises:
        OSError: the disk is full; then the earlier file still stands.
    """
    path, said = root / NAME, ""
    found = _read(path)
    ours = [_cells(held) for held in (_read(root / WRITTEN), _read(root / NEXT)) if held is not None]
    if found is not None and _cells(found) not in [*ours, _cells(text)]:
        kept = _unused(root, f"grades.edited-{now or datetime.now():%Y-%m-%d}")
        os.replace(path, kept)
        what = _changed(_cells(found), ours[0]) if ours else "it is not what this kit wrote"
        said = (
            f"grades.csv was changed by hand ({what}); that file is now {kept.name}, and does not count: "
            f"say it with `autograder decide {root} points STUDENT PROBLEM POINTS --reason ... --by ...`, which stays."
        )
    write_atomically(root / NEXT, text)  # a run that is killed after the next line must not take its own table for an edit
    write_atomically(path, text)
    os.replace(root / NEXT, root / WRITTEN)
    return said


def _late_cells(held: FinalMarks | None, part: str) -> list[str]:
    found = [one for one in held.parts if not part or one.part == part] if held else []
    if not found or found[0].late is None:
        return [""] * len(LATE)
    late = found[0].late
    when = late.handed_in or "time unknown"
    return [when, late.how_late, str(late.free_days or ""), number(found[0].penalty) if found[0].penalty else ""]


def _notes(held: FinalMarks | None) -> list[str]:
    if held is None:
        return []
    chosen = [one.what for one in held.remarks if one.kind == "choose"]
    left_out = [one.problem.id for one in held.problems.values() if one.left_out]
    return [*chosen, *([f"does not count: {', '.join(left_out)}"] if left_out else [])]


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return None


def _cells(text: str) -> list[list[str]]:
    """What a table says, however a spreadsheet has saved it."""
    first = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    return [held for row in rows if any(held := [_DECIMAL_COMMA.sub(r"\1.\2", cell.strip()) for cell in row])]


def _changed(found: list[list[str]], ours: list[list[str]]) -> str:
    """What somebody has changed, in words: the first cells."""
    before = {row[0]: row for row in ours}
    said = []
    for row in found:
        old = before.get(row[0], [])
        cells = [(column, one, other) for column, one, other in zip(found[0], old, row) if one != other]
        said += [f"{row[0]}: {column} {one or 'empty'} -> {other or 'empty'}" for column, one, other in cells]
        said += [f"{row[0]} is new"] if not old else []
    said += [f"{name} is gone" for name in before if name not in {row[0] for row in found}]
    shown = "; ".join(said[:3]) or "its columns"
    return f"{shown}; {len(said) - 3} more" if len(said) > 3 else shown


def _unused(root: Path, name: str) -> Path:
    path, again = root / f"{name}.csv", 1
    while path.exists():
        again += 1
        path = root / f"{name}-{again}.csv"
    return path
