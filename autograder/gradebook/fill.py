"""Fill a platform's export with final marks: who is who, which number goes where, and what has to be said about it."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..classes.entries import ClassError
from ..classes.roll import Roll
from ..decisions.marks import ClassMarks, FinalMarks
from ..results.terminal import points
from ..sandbox.plain_text import one_line
from .platforms import CHANGEABLE, Form, number_in
from .sheet import Sheet

_TRAILING = re.compile(r"_(\d+)$")
_DECIMAL_COMMA = re.compile(r"-?\d+,\d{1,2}%?")
NAMED = 8  # people in one remark
LONGEST = 2_000  # characters of a comment


@dataclass(frozen=True)
class Mark:
    """What goes into a cell: points of most points; None where there is nothing to enter."""

    points: float | None
    most: float
    words: str  # for the student, in one line


@dataclass
class Filling:
    """What was done: students by row, who was filled, and sentences about the rest."""

    students: dict[int, str] = field(default_factory=dict)
    filled: int = 0
    remarks: list[str] = field(default_factory=list)


def marks_of(found: ClassMarks, of: str = "") -> dict[str, Mark]:
    """The mark of everybody: the total, or of one part or problem.

    Args:
        found: the class's final marks.
        of: id of a part or problem; all of them when empty.
    Raises:
        ClassError: nobody has such a part or problem.
    """
    marks = {student: mark for student, held in found.marks.items() if (mark := _mark(held, of)) is not None}
    if of and not marks:
        known = sorted({name for held in found.marks.values() for part in held.parts for name in (part.part, *held.problems)})
        raise ClassError(f"--of {of}: the marks have no such part or problem; there are {', '.join(known)}.")
    return marks


def _mark(held: FinalMarks, of: str) -> Mark | None:
    if not of:
        lines = [
            f"{one.problem.number} {one.problem.title}: {points(one.decided)} of {points(one.max_score)}"
            for one in held.problems.values()
            if one.decided is not None and not one.left_out
        ]
        # What is given or taken for a part as a whole stands in no problem: without it the comment would not add up.
        given = [one for part in held.parts for one in part.adjustments if one.kind != "late"]
        lines += [f"{one.signed}: {one.reason}" for one in given]
        lines += [f"late: -{points(held.penalty)}"] if held.penalty else []
        return Mark(held.final, held.max_score, "; ".join(lines))
    for part in held.parts:
        if part.part == of:
            return Mark(part.final, part.max_score, "")
    problem = held.problems.get(of)
    return Mark(None if problem.left_out else problem.decided, problem.max_score, "") if problem else None


def fill(
    sheet: Sheet, form: Form, marks: Mapping[str, Mark], roll: Roll, merged: Mapping[str, str], scale: bool = False
) -> Filling:
    """Enter the marks; what is not graded stays as it is in the export.

    Args:
        sheet: is changed.
        form: how to fill it.
        marks: by student, as `marks_of` gives them.
        roll: who is in the class.
        merged: students whose row is another's now, with whose.
        scale: turn points into those of the export where it has another maximum.
    Raises:
        ClassError: the export's maximum is another one and nobody asked to scale.
    """
    done = Filling()
    done.students = _matched(sheet, form, roll, merged, done.remarks)
    most = _usual(mark.most for mark in marks.values())
    comma = _decimal_comma(sheet, form)
    said: dict[str, list[str]] = {}
    changed = 0
    for row, student in done.students.items():
        mark = marks.get(student)
        if mark is None or mark.points is None:
            said.setdefault("not graded, their cells are as they were", []).append(student)
        elif form.locked is not None and sheet.get(row, form.locked).strip().casefold() not in CHANGEABLE:
            said.setdefault("locked in the export, not entered", []).append(student)
        elif (before := sheet.get(row, form.grade).strip()) and _number(before) is None and before != "-":
            said.setdefault(f"marked {one_line(before, 20)!r} in the export, which stays", []).append(student)
        else:
            value = _scaled(mark, _number(form.most(row)), most, scale, student, said)
            text = points(value).replace(".", ",") if comma else points(value)
            changed += bool(before) and _number(before) is not None and _number(before) != value
            sheet.set(row, form.grade, text)
            if form.comment is not None and mark.words and not sheet.get(row, form.comment).strip():
                words = one_line(f"{points(mark.points)} of {points(mark.most)} points. {mark.words.rstrip('.')}.", LONGEST)
                sheet.set(row, form.comment, words)
            done.filled += 1
    if changed:
        done.remarks.append(f"{changed} had another number in the export, which is replaced.")
    done.remarks += [f"{len(names)} {words}: {_some(names)}." for words, names in said.items()]
    return done


def _scaled(mark: Mark, there: float | None, most: float, scale: bool, student: str, said: dict[str, list[str]]) -> float:
    """The points for a cell whose maximum is `there`, where the export tells.

    Raises:
        ClassError: it is another maximum than that of the marks.
    """
    assert mark.points is not None
    wanted = there if scale and there else most
    if there and there != most and not scale:
        raise ClassError(
            f"the export says {points(there)} points, and the marks are of {points(most)}; --scale turns them into the export's, "
            "--of PART|PROBLEM enters those of one part or problem, or correct the points on the platform."
        )
    if mark.most != most:
        said.setdefault(f"graded on fewer points than {points(most)}, turned into those", []).append(student)
    return round(mark.points * wanted / mark.most, 2) if mark.most and mark.most != wanted else mark.points


def _matched(sheet: Sheet, form: Form, roll: Roll, merged: Mapping[str, str], remarks: list[str]) -> dict[int, str]:
    """The student of each row; who is only on one side is said, and so is what is not clear."""
    keys = _keys(form, roll, merged)
    found: dict[int, str] = {}
    seen: set[int] = set()  # rows of somebody in the class, clear or not
    unclear: list[str] = []
    for row in form.rows:
        for column in form.ids:
            said = sheet.get(row, column).strip()
            names = keys.get(said.casefold(), set()) if said else set()
            if not names and column == form.number and (number := number_in(said)):
                names = keys.get(f"_{number}", set())
            seen |= {row} if names else set()
            if len(names) == 1:
                found[row] = next(iter(names))
                break
            if names:
                unclear.append(f"{_who(sheet, form, row)} may be {' or '.join(sorted(names))}")
                break
    rows = Counter(found.values())
    people = {seat.student: len(seat.people) for seat in roll.seats}
    twice = {student for student, count in rows.items() if count > max(1, people.get(student, 1))}
    unclear += [f"{student} is in {rows[student]} rows" for student in sorted(twice)]
    found = {row: student for row, student in found.items() if student not in twice}
    if unclear:
        remarks.append(f"Not entered, because it is not clear who it is: {_some(unclear)}.")
    only_there = [_who(sheet, form, row) for row in form.rows if row not in found and row not in seen]
    only_here = [seat.student for seat in roll.seats if seat.student not in rows and seat.student not in merged]
    if only_there:
        remarks.append(f"{len(only_there)} in the export are not in the class: {_some(only_there)}.")
    if only_here:
        remarks.append(f"{len(only_here)} in the class are not in the export: {_some(only_here)}.")
    return found


def _keys(form: Form, roll: Roll, merged: Mapping[str, str]) -> dict[str, set[str]]:
    """Every name that somebody of the class may have in an export, casefolded, with whom it may be."""
    keys: dict[str, set[str]] = {}
    for seat in roll.seats:
        student = merged.get(seat.student, seat.student)
        for name in seat.names:
            keys.setdefault(name.strip().casefold(), set()).add(student)
            if form.number is not None and roll.layout == form.platform and (number := _TRAILING.search(name)):
                keys.setdefault(f"_{number[1]}", set()).add(student)
    return keys


def people_of(roll: Roll) -> frozenset[str]:
    """Every name of everybody, casefolded."""
    return frozenset(name.strip().casefold() for seat in roll.seats for name in seat.names)


def _decimal_comma(sheet: Sheet, form: Form) -> bool:
    """Whether the export writes numbers with a comma."""
    cells = [text for row in form.rows for text in (sheet.get(row, form.grade).strip(), form.most(row).strip())]
    return any(_DECIMAL_COMMA.fullmatch(text) for text in cells)


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def _usual(numbers) -> float:
    return max(numbers, default=0.0)


def _who(sheet: Sheet, form: Form, row: int) -> str:
    places = [place for place in (form.name, *form.ids) if place is not None]
    return one_line(next((sheet.get(row, place) for place in places if sheet.get(row, place).strip()), f"row {row + 1}"), 60)


def _some(names: list[str]) -> str:
    return one_line(", ".join(names[:NAMED]), 600) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
