"""`OUT/decisions.toml`: what people decided, written by `autograder decide` or by hand; comments and order stay as they are.

    [[decision]]
    kind = "points"
    students = ["ann"]
    where = "ID of a problem or part"
    points = 2
    reason = "shown at the office hour"
    by = "N. N."
    date = 2026-03-04

A decision's number is its place in the file. A withdrawn one stays there, marked, so that numbers and history stay.
"""

import math
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array

from ..results.atomic import write_atomically
from ..sandbox.plain_text import one_line
from .kinds import Decision, Extend, Points
from .deadlines import NO_TIME, is_sensible
from .known import DecisionError, Known, nearest

NAME = "decisions.toml"
HEADER = (
    "What people decided about marks: by hand or with `autograder decide`; `autograder decide OUT apply` and every run apply it."
)
MOST_POINTS, MOST_DAYS = 1_000_000, 3_650  # beyond these there is a slip of the pen, and numbers that no clock knows
KINDS = ("points", "exempt", "excuse", "choose", "extend")
_PLACE = re.compile(r" - at `\$\.decision\[(\d+)\](?:\.(\w+))?[^`]*`$|$")

Numbered = tuple[int, Decision]


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    decision: list[Decision] = []


def read(path: Path) -> list[Numbered]:
    """The decisions with their numbers, from 1; none where there is no file.

    Raises:
        DecisionError: the file is not as it should be; one sentence names the decision and the remedy.
    """
    return _decisions(_document(path), path)


def resolved(decisions: Sequence[Numbered], known: Known, path: Path) -> list[Numbered]:
    """Those that are not withdrawn, with everybody and everything called by their own names.

    Raises:
        DecisionError: one of them names a student, problem or part that is not there.
    """
    found = []
    for number, one in decisions:
        if one.withdrawn is None:
            try:
                found.append((number, known.resolve(one)))
            except DecisionError as error:
                raise DecisionError(
                    f"{path}, decision {number}: {_without_stop(error)}; correct it, or withdraw it with "
                    f"`autograder decide {path.parent} withdraw {number}`."
                ) from None
    return found


def expect_right(one: Decision) -> None:
    """What the types do not tell: a reason and a name, a number of points, a date with a zone.

    Raises:
        DecisionError: something is not as it should be.
    """
    if wrong := _wrong(one):
        raise DecisionError(f"{wrong}.")


def add(path: Path, one: Decision) -> int:
    """Append a decision; its number.

    Raises:
        DecisionError: the file is not as it should be.
        OSError: it cannot be written.
    """
    document = _document(path)
    number = len(_decisions(document, path)) + 1
    held = document.get("decision")
    in_a_list = isinstance(held, Array) and len(held) > 0  # as somebody may write it: decision = [{...}]
    table: Any = tomlkit.inline_table() if in_a_list else tomlkit.table()
    for key, value in msgspec.to_builtins(one, builtin_types=(date,)).items():
        table.add(key, list(value) if isinstance(value, tuple) else value)
    if not in_a_list:
        table.add(tomlkit.nl())
    if held is None or not len(held):
        held = tomlkit.aot()
        document["decision"] = held
    held.append(table)
    write_atomically(path, tomlkit.dumps(document))
    return number


def withdraw(path: Path, number: int, by: str, when: date) -> Decision:
    """Mark a decision as withdrawn; the decision as it was.

    Raises:
        DecisionError: there is no such decision, or it is withdrawn already.
        OSError: it cannot be written.
    """
    document = _document(path)
    held = dict(_decisions(document, path))
    if number not in held:
        raise DecisionError(
            f"there is no decision {number} in {path}; there are {len(held)}, see `autograder decide {path.parent} list`."
        )
    if held[number].withdrawn is not None:
        raise DecisionError(f"decision {number} was withdrawn on {held[number].withdrawn}; there is nothing to do.")
    table: Any = document["decision"][number - 1]
    table["withdrawn"], table["withdrawn_by"] = when, by
    write_atomically(path, tomlkit.dumps(document))
    return held[number]


def _document(path: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8-sig"))  # the mark at the start is from editors of Windows
    except FileNotFoundError:
        document = tomlkit.document()
        document.add(tomlkit.comment(HEADER))
        return document
    except OSError as error:
        raise DecisionError(f"{path} cannot be read ({error.strerror}); change its permissions.") from None
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise DecisionError(f"{path} is not valid TOML ({one_line(str(error))}); correct it, nothing was applied.") from None


def _decisions(document: tomlkit.TOMLDocument, path: Path) -> list[Numbered]:
    try:
        found = msgspec.convert(document.unwrap(), _Table).decision
    except msgspec.ValidationError as error:
        raise DecisionError(f"{path}{_in_words(str(error))}; correct it, nothing was applied.") from None
    for number, one in enumerate(found, 1):
        if wrong := _wrong(one):
            raise DecisionError(f"{path}, decision {number}: {wrong}; correct it, nothing was applied.")
    return list(enumerate(found, 1))


def _wrong(one: Decision) -> str:
    """What the types do not tell."""
    if not one.reason.strip() or not one.by.strip():
        return "a decision needs a reason and a name; fill in `reason` and `by`"
    if isinstance(one, Points):
        if not math.isfinite(one.points) or not one.points or abs(one.points) > MOST_POINTS:
            return f"points = {one.points:g} cannot be given; write a number of points that is not 0"
        if not one.students:
            return "points are for students; name them in `students`"
    if isinstance(one, Extend):
        if (one.until is None) == (one.days is None):
            return "an extension has either `until` or `days`"
        if one.days is not None and not 0 < one.days <= MOST_DAYS:
            return f"the days of an extension are a number above 0, up to {MOST_DAYS:,}"
        if one.until is not None and one.until.tzinfo is None:
            return "`until` has no time zone; write it as 2026-03-02T23:59:00+01:00"
        if one.until is not None and not is_sensible(one.until):
            return f"`until` is in the year {one.until.year}; write it as 2026-03-02T23:59:00+01:00"
    return ""


def _in_words(error: str) -> str:
    """What msgspec says, with the number of the decision."""
    match = _PLACE.search(error)
    said = error[: match.start()] if match else error
    if unknown := re.fullmatch("Invalid value '(.*)'", said):
        said = f"there is no kind {unknown[1]}{nearest(unknown[1], KINDS) or '; there are ' + ', '.join(KINDS)}"
    said = re.sub("Object missing required field (.*)", r"\1 is missing", said)
    said = (
        said.replace("Object contains unknown field", "there is an unknown entry")
        .replace("`str`", "text")
        .replace("`float`", "a number")
        .replace("`array`", "a list, as in [...]")
        .replace("`datetime | null`", "a date and time")
        .replace("`date`", "a date")
        .replace("Invalid RFC3339 encoded datetime", NO_TIME)
        .replace("Invalid RFC3339 encoded date", "this is no date; write it as 2026-03-04, without quotes")
    )
    place = f", decision {int(match[1]) + 1}" if match and match[1] else ""
    return f"{place}{f', {match[2]}' if match and match[2] and not unknown else ''}: {said[0].lower()}{said[1:]}"


def _without_stop(error: Exception) -> str:
    return str(error).rstrip(".")
