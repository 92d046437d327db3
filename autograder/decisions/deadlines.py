"""When the parts are due and what lateness costs: a table `[late]` in a file of its own.

    [late]
    zone = "Europe/Berlin"       # of every time that names none, such as those in names of files
    grace_minutes = 15           # up to here nothing is late
    per = "day"                  # or "hour": each one begun counts
    percent = 10                 # for each of them
    of = "points"                # of the part's points; or "earned": of what the part gives after decisions
    most_percent = 50            # never more than that
    free_days = 3                # late days without penalty, over all parts, used in the order of their due dates
    times = "times.csv"          # where the platform's files tell no time: its own report, columns `student` and `time`
    earlier = ["marks-part-1"]   # runs of other parts, whose late days are used up first

    [late.due]
    PART = 2026-03-02T23:59:00   # a TOML date and time, with an offset such as +01:00 or in `zone`

`grade --deadlines FILE` names it; else it is `OUT/deadlines.toml`, else `deadlines.toml` beside the course's `solutions/`. It is no part of
what a result depends on: a changed date changes marks, and grades nobody again.
"""

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from ..classes.times import parse_time
from ..course import tomllib
from ..places import COURSE_ROOT
from ..sandbox.plain_text import one_line
from .known import DecisionError, nearest

NAME = "deadlines.toml"
NO_TIME = "this is no date and time; write it as 2026-03-02T23:59:00+01:00, without quotes"
MOST = 1_000_000  # minutes of grace, or free days
WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "array": "a list",
    "object": "a table",
    "datetime": "a date and time",
    "date": "a date",
}


class Deadlines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table, checked; every due date has a time zone."""

    due: dict[str, datetime]
    zone: str = ""
    grace_minutes: float = 0.0
    per: Literal["day", "hour"] = "day"
    percent: float = 0.0
    of: Literal["points", "earned"] = "points"
    most_percent: float = 100.0
    free_days: int = 0
    times: str = ""
    earlier: tuple[str, ...] = ()

    def with_zone(self, when: datetime, part: str = "") -> datetime:
        """A time with its zone: its own, else that of the table, else that of the part's due date."""
        if when.tzinfo is not None:
            return when
        return when.replace(tzinfo=ZoneInfo(self.zone) if self.zone else self.due[part].tzinfo)


class _File(msgspec.Struct, forbid_unknown_fields=True):
    late: Deadlines


def place_of(out: Path, asked: Path | None) -> Path | None:
    """Which file holds for a run, None where there is none.

    Args:
        out: the folder of the run.
        asked: what `--deadlines` names, now or in an earlier run.
    Raises:
        DecisionError: what was asked for is not there.
    """
    if asked is not None:
        if not asked.is_file():
            raise DecisionError(f"--deadlines {asked} is not there; name the file again, or copy it to {out / NAME}.")
        return asked
    return next((path for path in (out / NAME, COURSE_ROOT / NAME) if path.is_file()), None)


def read(path: Path, known_parts: tuple[str, ...]) -> Deadlines:
    """The table in a file.

    Args:
        known_parts: ids of all parts of the course.
    Raises:
        DecisionError: it is not as it should be; one sentence says what, and what to do.
    """
    try:
        found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8-sig")), _File).late
    except OSError as error:
        raise DecisionError(f"{path} cannot be read ({error.strerror}); change its permissions.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DecisionError(f"{path} is not valid TOML ({one_line(str(error))}); correct it.") from None
    except msgspec.ValidationError as error:
        raise DecisionError(f"{path}: {_in_words(str(error))}; correct it.") from None
    if wrong := _wrong(found, known_parts):
        raise DecisionError(f"{path}: {wrong}.")
    return msgspec.structs.replace(found, due={part: _due(found, when) for part, when in found.due.items()})


def _due(found: Deadlines, when: datetime) -> datetime:
    return when if when.tzinfo is not None else when.replace(tzinfo=ZoneInfo(found.zone))


def is_sensible(when: datetime) -> bool:
    """Whether a time is none of those at the ends of the calendar, with which nothing can be computed."""
    return 1970 <= when.year < 3000


def _wrong(found: Deadlines, known_parts: tuple[str, ...]) -> str:
    for part, when in found.due.items():
        if not is_sensible(when):
            return f"the due date of {part} is in the year {when.year}; write it as 2026-03-02T23:59:00+01:00"
        if part not in known_parts:
            return (
                f"there is no part called {part}{nearest(part, known_parts) or '; there are ' + ', '.join(known_parts)}; correct it"
            )
        if when.tzinfo is None and not found.zone:
            return f"the due date of {part} has no time zone; write it as {when.isoformat()}+01:00, or name a zone"
    numbers = {name: getattr(found, name) for name in ("grace_minutes", "percent", "most_percent", "free_days")}
    for name, number in numbers.items():
        most = 100 if "percent" in name else MOST
        if not 0 <= number <= most:
            return f"{name} is {number:g}; give a number from 0 to {most:,}"
    try:
        if found.zone:
            ZoneInfo(found.zone)
    except (ZoneInfoNotFoundError, ValueError):
        return f"there is no time zone {found.zone} here; name one as in Europe/Berlin, or write due dates with an offset"
    return ""


def _in_words(error: str) -> str:
    said, _, place = error.partition(" - at ")
    for kind, words in WORDS.items():
        said = said.replace(f"`{kind}`", words)
    said = said.replace("Object missing required field", "there is no").replace(
        "Object contains unknown field", "there is an unknown entry"
    )
    said = said.replace("Invalid RFC3339 encoded datetime", NO_TIME)
    where = place.strip("`").removeprefix("$").removeprefix(".late").lstrip(".").replace("due[...]", "a due date")
    return f"{where}{': ' if where else ''}{said[0].lower()}{said[1:]}"


WHO = ("student", "email address", "email", "sid", "id", "username", "name", "full name")
WHEN = ("time", "submission time", "submitted at", "last modified (submission)", "handed in")


def times_in(path: Path) -> dict[str, datetime]:
    """When everybody handed in, by every name that a table has for them; rows without a time are passed over.

    Of several rows of one person the last time counts. A name that several people have tells nothing: one would be late by another.

    Raises:
        DecisionError: the table has no such columns, or a time in it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DecisionError(f"{path} is not there; save the platform's report under that name, or correct `times`.") from None
    except (OSError, UnicodeDecodeError):
        raise DecisionError(f"{path} cannot be read as a CSV table in UTF-8; export it again, or correct `times`.") from None
    rows = csv.DictReader(io.StringIO(text, newline=""))
    columns = {(name or "").strip().casefold(): name for name in rows.fieldnames or ()}
    who, when = [columns[name] for name in WHO if name in columns], [columns[name] for name in WHEN if name in columns]
    if not who or not when:
        raise DecisionError(f"{path} needs a column `student` and a column `time`; it has {', '.join(columns) or 'none'}.")
    found: dict[str, dict[tuple[str, ...], datetime]] = {}
    for line, row in enumerate(rows, 2):
        moment = (row[when[0]] or "").strip()
        if moment and moment != "-":
            parsed = parse_time(moment)
            if parsed is None or not is_sensible(parsed):
                raise DecisionError(f"{path}, line {line}: {one_line(moment)} is no time; write it as 2026-03-02T23:59:00+01:00.")
            person = tuple((row[column] or "").strip() for column in who)
            for name in filter(None, person):
                times = found.setdefault(name, {})
                times[person] = max(times.get(person, parsed), parsed, key=lambda when: when.replace(tzinfo=None))
    return {name: time for name, times in found.items() if len(times) == 1 for time in times.values()}
