"""The final marks of a class: who counts, which hand-in counts, and what the decisions make of each record."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from ..classes.roll import Roll, Seat
from ..course import problems
from ..results import stored
from ..results.record import SubmissionResult
from ..submission.names import without_copy_mark
from .final import Numbered, final_marks
from .kinds import Choose, Decision, Exempt, OfOne, OfSome, Points
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
    choose(decisions, roll, found)
    called = names_shown(roll)
    # Students read whose hand-in counts under the name that they gave it, not under that of the record.
    worded = [(number, shown(one, called) if isinstance(one, Choose) and one.entry in called else one) for number, one in decisions]
    checks: dict[str, dict[str, None]] = {}
    for seat in roll.seats:
        if seat.student in found.merged:
            continue
        result = records(found.chosen.get(seat.student, seat.student))
        if result is not None:
            for problem in result.problems:
                checks.setdefault(problem.problem.id, {}).update(dict.fromkeys(check.name for check in problem.checks))
            held = (late or {}).get(found.chosen.get(seat.student, seat.student))
            found.marks[seat.student] = final_marks(result, worded, held, seat.student)
    found.remarks += [*_gone(decisions, checks), *_without_a_row(decisions, found, called)]
    return found


def names_shown(roll: Roll) -> dict[str, str]:
    """How people call each row, by the name of its record, where that is another."""
    return {seat.student: seat.called for seat in roll.seats if seat.called and seat.called != seat.student}


def shown(one: Decision, called: Mapping[str, str]) -> Decision:
    """A decision as people read it: everybody called as in `grades.csv`.

    Args:
        called: as `names_shown` gives it.
    """
    made: dict = {}
    if isinstance(one, OfSome):
        made["students"] = tuple(called.get(name, name) for name in one.students)
    if isinstance(one, OfOne):
        made["student"] = called.get(one.student, one.student)
    if isinstance(one, Choose):
        made["entry"] = called.get(one.entry, one.entry)
    return msgspec.structs.replace(one, **made)


def same_person(one: Seat, other: Seat) -> bool:
    """Whether two rows look like one person's who is there twice."""
    return bool({_base(name) for name in one.names} & {_base(name) for name in other.names})


def _base(name: str) -> str:
    return without_copy_mark(_DIGEST.sub("", name)).casefold()


def choose(decisions: Sequence[Numbered], roll: Roll, found: ClassMarks) -> None:
    """Find out which hand-in counts for whom: the last decision about a student does, and nobody loses a row to two of them.

    Args:
        decisions: all of them.
        roll: who is in the class.
        found: is told.
    """
    rows = {seat.student: seat for seat in roll.seats}
    last = {one.student: (number, one) for number, one in decisions if isinstance(one, Choose)}
    for number, one in sorted(last.values(), key=lambda numbered: numbered[0]):
        if one.entry in rows and one.student in rows:
            if taken := _taken(one, found, names_shown(roll)):
                found.remarks.append(f"Decision {number} is not applied: {taken}.")
                continue
            found.chosen[one.student] = one.entry
            twins = [
                name
                for name, seat in rows.items()
                if name not in (one.student, *found.chosen) and (name == one.entry or same_person(seat, rows[one.student]))
            ]
            found.merged |= dict.fromkeys(twins, one.student)
        elif one.student in rows and rows[one.student].attempt != one.entry:
            there = one.entry in _attempts(rows[one.student])
            when = "the next `autograder grade` grades it" if there else "it is not there now"
            found.remarks.append(f"Decision {number}, {one.entry} of {one.student}: {when}; until then what was graded counts.")


def chosen_among(decisions: Sequence[Numbered], roll: Roll) -> dict[str, str]:
    """Whose record counts for a student, where somebody has chosen one.

    Args:
        decisions: everybody called by their own names.
        roll: who is in the class.
    """
    found = ClassMarks()
    choose(decisions, roll, found)
    return found.chosen


def _taken(one: Choose, found: ClassMarks, called: Mapping[str, str]) -> str:
    """Why a hand-in cannot count for a student, with what is decided already; empty where it can."""
    student, entry = called.get(one.student, one.student), called.get(one.entry, one.entry)
    if (whose := found.merged.get(one.student)) is not None:
        return f"{student} counts for {called.get(whose, whose)}, or not at all; choose for {called.get(whose, whose)}"
    if one.entry != one.student and (whose := found.merged.get(one.entry, one.student)) != one.student:
        return f"{entry} counts for {called.get(whose, whose) if whose else 'nobody'}, or not at all; withdraw that first"
    if one.entry != one.student and (other := found.chosen.get(one.entry)) is not None:
        return f"for {entry} it is decided that {called.get(other, other)} counts; withdraw that first"
    return ""


def expect_sensible(one: Decision, roll: Roll, decisions: Sequence[Numbered], wanted: Sequence[str]) -> None:
    """What somebody is about to decide makes sense beside what is decided.

    Args:
        one: the new decision, everybody called by their own names.
        roll: who is in the class.
        decisions: those that there are.
        wanted: the run's problems.
    Raises:
        DecisionError: it does not; one sentence says why.
    """
    if isinstance(one, Choose):
        _expect_entry(one, roll)
    if isinstance(one, Points):
        most = sum(heading.points for name, heading in problems().items() if name in wanted)
        if abs(one.points) > max(most, 1):
            raise DecisionError(f"{one.points:+g} is more than the {most:g} points of everything in this run; give fewer.")
    found, called = ClassMarks(), names_shown(roll)
    choose(decisions, roll, found)
    if isinstance(one, Choose):
        if taken := _taken(one, found, called):
            raise DecisionError(f"{taken}.")
        return
    for name in one.students_meant:
        if (whose := found.merged.get(name)) is not None:
            whose = called.get(whose, whose)
            raise DecisionError(f"{called.get(name, name)} counts for {whose} now, or not at all; name {whose}.")


def _expect_entry(one: Choose, roll: Roll) -> None:
    rows: dict[str, Seat] = {seat.student: seat for seat in roll.seats}
    attempts = _attempts(rows[one.student]) if one.student in rows else []
    if one.entry not in rows and one.entry not in attempts:
        known = [*attempts, *rows]
        listed = f"; handed in are {', '.join(attempts)}" if attempts else ""
        raise DecisionError(f"there is no hand-in called {one.entry}{nearest(one.entry, known)}{listed}.")


def _attempts(seat: Seat) -> list[str]:
    return [attempt.name for attempt in seat.attempts]


def _without_a_row(decisions: Sequence[Numbered], found: ClassMarks, called: Mapping[str, str]) -> list[str]:
    """Decisions about somebody whose row is another's now: points belong to people, not to what they handed in."""
    return [
        f"Decision {number} is not applied to {called.get(name, name)}, "
        f"which counts for {called.get(found.merged[name], found.merged[name])} now, or not at all."
        for number, one in decisions
        if not isinstance(one, Choose)
        for name in one.students_meant
        if name in found.merged
    ]


def _gone(decisions: Sequence[Numbered], checks: Mapping[str, Mapping[str, None]]) -> list[str]:
    """Decisions about checks that no record has."""
    said = []
    for number, one in decisions:
        if isinstance(one, Exempt) and one.check not in checks.get(one.problem, {}):
            near = nearest(one.check, checks.get(one.problem, {}))
            said.append(f"Decision {number} is not applied: {one.problem} has no check {one.check} now{near}.")
    return said
