"""How late each part came, and what it costs: pure functions from times of handing in, deadlines and extensions.

Nothing is taken where the time of handing in is not known, or where the platform says only that something is late.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from ..results.numbers import how_long
from .deadlines import Deadlines
from .final import Numbered
from .kinds import Extend
from .marks import Late

DAY = timedelta(days=1)
UNKNOWN = "time of handing in unknown: no penalty"


@dataclass(frozen=True)
class HandedIn:
    """What the platform tells of one hand-in: when, and whether it says itself that it was late; None where it does not say.

    `shared` is true where the same hand-in holds parts that were due at different times: then it tells of the last of them only.
    `extensions` are those that whoever handed it in has.
    """

    time: datetime | None
    late: bool | None = None
    shared: bool = False
    extensions: tuple[Extend, ...] = ()


def lateness(deadlines: Deadlines, handed_in: Mapping[str, HandedIn]) -> dict[str, Late]:
    """The lateness of one student's parts.

    Args:
        deadlines: the table.
        handed_in: by part; of other runs' parts, too, so that free days used there are known.
    """
    free, found = deadlines.free_days, {}
    for part in sorted((part for part in handed_in if part in deadlines.due), key=lambda part: (deadlines.due[part], part)):
        due = due_for(deadlines, part, handed_in[part].extensions)
        late = _late(deadlines, part, due, handed_in[part], free)
        free -= late.free_days
        found[part] = late
    return found


def due_for(deadlines: Deadlines, part: str, extensions: Sequence[Extend]) -> datetime:
    """When a part is due for somebody with these extensions: the latest date counts."""
    due = deadlines.due[part]
    dates = [due]
    for one in extensions:
        if one.part in ("", part):
            dates.append(one.until.astimezone(due.tzinfo) if one.until is not None else due + timedelta(days=one.days or 0.0))
    return max(dates)


def _late(deadlines: Deadlines, part: str, due: datetime, handed: HandedIn, free: int) -> Late:
    if handed.time is None:
        if handed.late:
            return Late(f"late, as the platform says; {UNKNOWN}", known=False, how_late="late, unknown by how much")
        if handed.late is False:
            return Late("in time, as the platform says")
        return Late(UNKNOWN, known=False)
    when = deadlines.with_zone(handed.time, part).astimezone(due.tzinfo)
    shown = f"{when:%Y-%m-%d %H:%M %Z}"
    over = when.astimezone(timezone.utc) - due.astimezone(timezone.utc)  # in one zone, clocks that are put back would count
    if over <= timedelta(minutes=deadlines.grace_minutes):
        return Late(f"handed in {shown}, in time", handed_in=shown)
    if handed.shared:
        # The whole hand-in came after this part was due; when this part of it came, nobody knows.
        return Late(f"handed in with a later part; {UNKNOWN}", known=False, handed_in="")
    return _charged(
        deadlines, Late(f"handed in {shown}, {how_long(over)} late", handed_in=shown, how_late=how_long(over)), over, free
    )


def _charged(deadlines: Deadlines, late: Late, over: timedelta, free: int) -> Late:
    """The lateness with what it costs once free days are used; a begun day or hour counts as a whole one."""
    days = math.ceil(over / DAY)
    used = min(free, days)
    left = over - used * DAY
    units = max(0, math.ceil(left / (DAY if deadlines.per == "day" else timedelta(hours=1))))
    percent = min(units * deadlines.percent, deadlines.most_percent)
    base = "of what the part gives" if deadlines.of == "earned" else "of the part's points"
    words = late.words + (f", {used} free late day{'s' if used != 1 else ''} used" if used else "")
    reason = f"{words}: {percent:g} % {base}" if percent else f"{words}: no penalty"
    return replace(late, words=reason, percent=percent, of_earned=deadlines.of == "earned", free_days=used, reason=reason)


def extensions_of(decisions: Sequence[Numbered], student: str) -> tuple[Extend, ...]:
    """The extensions of a student that are not withdrawn."""
    return tuple(one for _, one in decisions if isinstance(one, Extend) and one.withdrawn is None and one.student == student)
