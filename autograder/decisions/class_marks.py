"""The final marks of a class: who counts, which hand-in counts, and what the decisions make of each record."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ..classes.roll import Roll, Seat
from ..results import stored
from ..results.record import SubmissionResult
from ..submission.names import without_copy_mark
from .final import Numbered, final_marks
from .kinds import Choose, Exempt
from .known import DecisionError, Known, known_names, nearest
from .marks import ClassMarks, Late

_DIGEST = re.compile(r"~[0-9a-f]{6}$")

Records = Callable[[str], SubmissionResult | None]


def known_in(out: Path, roll: Roll, problems: Sequence[str]) -> Known:
    """The names that decisions about a class run may use: those of its class, and of whoever has a record.

    Args:
        problems: of the run.
    """
    everybody: dict[str, Sequence[str]] = {path.stem: () for path in (out / "records").glob("*.json") if path.name[0] != "."}
    everybody |= {seat.student: seat.names for seat in roll.seats}
    return known_names(everybody, problems)


def record_in(out: Path, student: str) -> SubmissionResult | None:
    """A student's record, None where there is none that can be read."""
    try:
        return stored.read(out / "records" / f"{student}.json")
    except stored.RecordError:
        return None


def class_marks(
    roll: Roll, records: Records, decisions: Sequence[Numbered], late: Mapping[str, Mapping[str, Late]] | None = None
) -> ClassMarks:
    """Apply decisions to a class.

    Args:
        roll: who is in it.
        records: gives the record of a student.
        decisions: with their numbers, everybody called by their own names.
        late: by student and part.
    """
    found = ClassMarks()
    for number, one in decisions:
        if isinstance(one, Choose):
            _choose(number, one, roll, found)
    checks: dict[str, dict[str, None]] = {}
    for seat in roll.seats:
        if seat.student in found.merged:
            continue
        result = records(found.chosen.get(seat.student, seat.student))
        if result is not None:
            for problem in result.problems:
                checks.setdefault(problem.problem.id, {}).update(dict.fromkeys(check.name for check in problem.checks))
            held = (late or {}).get(found.chosen.get(seat.student, seat.student))
            found.marks[seat.student] = final_marks(result, decisions, held, seat.student)
    found.remarks += _gone(decisions, checks)
    return found


def same_person(one: Seat, other: Seat) -> bool:
    """Whether two rows look like one person's who is there twice."""
    return bool({_base(name) for name in one.names} & {_base(name) for name in other.names})


def _base(name: str) -> str:
    return without_copy_mark(_DIGEST.sub("", name)).casefold()


def _choose(number: int, one: Choose, roll: Roll, found: ClassMarks) -> None:
    rows = {seat.student: seat for seat in roll.seats}
    if one.entry in rows and one.student in rows:
        found.chosen[one.student] = one.entry
        twins = [
            name
            for name, seat in rows.items()
            if name != one.student and (name == one.entry or same_person(seat, rows[one.student]))
        ]
        found.merged |= dict.fromkeys(twins, one.student)
    elif one.student in rows and rows[one.student].attempt != one.entry:
        there = one.entry in _attempts(rows[one.student])
        when = "the next `autograder grade` grades it" if there else "it is not there now"
        found.remarks.append(f"Decision {number}, {one.entry} of {one.student}: {when}; until then what was graded counts.")


def expect_entry(one: Choose, roll: Roll) -> None:
    """A hand-in that is to count is there.

    Raises:
        DecisionError: it is not.
    """
    rows: dict[str, Seat] = {seat.student: seat for seat in roll.seats}
    attempts = _attempts(rows[one.student]) if one.student in rows else []
    if one.entry not in rows and one.entry not in attempts:
        known = [*attempts, *rows]
        listed = f"; handed in are {', '.join(attempts)}" if attempts else ""
        raise DecisionError(f"there is no hand-in called {one.entry}{nearest(one.entry, known)}{listed}.")


def _attempts(seat: Seat) -> list[str]:
    return [attempt.name for attempt in seat.attempts]


def _gone(decisions: Sequence[Numbered], checks: Mapping[str, Mapping[str, None]]) -> list[str]:
    """Decisions about checks that no record has."""
    said = []
    for number, one in decisions:
        if isinstance(one, Exempt) and one.check not in checks.get(one.problem, {}):
            near = nearest(one.check, checks.get(one.problem, {}))
            said.append(f"Decision {number} is not applied: {one.problem} has no check {one.check} now{near}.")
    return said
