"""When everybody in a class handed in each part: what the platform told of this run and of earlier ones, and a table of its own report."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from ..classes.outputs import run_settings
from ..classes.roll import Roll, Seat, read_roll
from ..classes.sorting import ClassError
from ..course import problems
from . import deadlines, file
from .deadlines import Deadlines
from .final import Numbered
from .class_marks import chosen_among, known_in
from .known import DecisionError
from .lateness import HandedIn, extensions_of, lateness
from .marks import Late


def class_lateness(
    late: Deadlines, place: Path, roll: Roll, parts: Sequence[str], decisions: Sequence[Numbered]
) -> dict[str, dict[str, Late]]:
    """The lateness of everybody, by the name of the record and the part.

    Args:
        late: the table of due dates.
        place: the file that it stands in, from which other files are named.
        roll: who is in the class.
        parts: of the run.
        decisions: of the run, everybody called by their own names.
    Raises:
        DecisionError: a file that the table names is not as it should be.
    """
    reported = deadlines.times_in(place.parent / late.times) if late.times else {}
    owners = {entry: student for student, entry in chosen_among(decisions, roll).items()}
    due = [late.due[part] for part in parts if part in late.due]
    earlier = [_earlier(place.parent / folder, place, parts) for folder in late.earlier]
    found = {}
    for seat in roll.seats:
        held: dict[str, HandedIn] = {}
        for run in earlier:
            held |= _elsewhere(run, seat)
        extensions = extensions_of(decisions, owners.get(seat.student, seat.student))
        when = _reported(reported, seat) or seat.handed_in
        for part in parts:
            if part in late.due:
                held[part] = HandedIn(when, seat.late, late.due[part] < max(due), extensions)
        found[seat.student] = {part: one for part, one in lateness(late, held).items() if part in parts}
    return found


def _reported(reported: dict[str, datetime], seat: Seat) -> datetime | None:
    """The last time that a report tells of anybody who handed this in."""
    times = [reported[name] for name in seat.names if name in reported]
    return max(times, key=lambda when: when.replace(tzinfo=None)) if times else None


def _earlier(out: Path, place: Path, parts: Sequence[str]) -> tuple[Roll, list[str], list[Numbered]]:
    """The class, the other parts and the decisions of an earlier run."""
    try:
        roll = read_roll(out)
    except ClassError as error:
        raise DecisionError(f"{place}: earlier names {out.name}: {error}") from None
    wanted = run_settings(out).get("problems", ())
    mine = {problems()[name].part for name in wanted if name in problems()}
    decisions = out / file.NAME  # by hand, students may be called otherwise than their records
    return roll, sorted(mine - set(parts)), file.resolved(file.read(decisions), known_in(out, roll, wanted), decisions)


def _elsewhere(run: tuple[Roll, list[str], list[Numbered]], seat: Seat) -> dict[str, HandedIn]:
    """What the same person handed in for the parts of an earlier run."""
    roll, parts, decisions = run
    other = next((one for one in roll.seats if set(one.names) & set(seat.names)), None)
    if other is None:
        return {}
    extensions = extensions_of(decisions, other.student)
    return {part: HandedIn(other.handed_in, other.late, len(parts) > 1, extensions) for part in parts}
