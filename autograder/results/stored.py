"""The record as a file of our own, which can be read back: everything that any renderer needs, and nothing computed.

    {"format": "autograder record", "version": 3, "result": {"name", "problems", "seed", "device", ...}}

The fields of `result` are those of `SubmissionResult`. It holds what staff alone may see: details and printed output.
"""

import json
from pathlib import Path

import msgspec

from .record import SubmissionResult
from .statuses import STATUSES

FORMAT = "autograder record"
VERSION = 3  # one more whenever a field comes, goes or changes its meaning


class RecordError(ValueError):
    """A file is not a record that this kit can read; one sentence says why, and what helps."""


def to_json(result: SubmissionResult) -> str:
    """The record as text; `from_json` gives an equal one."""
    table = {"format": FORMAT, "version": VERSION, "result": msgspec.to_builtins(result)}
    return json.dumps(table, indent=1) + "\n"


def from_json(text: str | bytes) -> SubmissionResult:
    """The record that `to_json` has written.

    Raises:
        RecordError: it is no record, one of another version, or not exactly what `to_json` writes.
    """
    try:
        table = json.loads(text)
    except (ValueError, RecursionError):
        raise RecordError("this is not a record: it is not JSON; grade the submission again.") from None
    if not isinstance(table, dict) or table.get("format") != FORMAT:
        raise RecordError("this is not a record of a graded submission; records are in the folder `records` of a class run.")
    if table.get("version") != VERSION:
        raise RecordError(
            f"this record was written by another version of the kit (its format is {table.get('version')}, here "
            f"it is {VERSION}); grade the submission again, or use the kit that wrote it."
        )
    try:
        result = msgspec.convert(table.get("result"), SubmissionResult)
    except (msgspec.ValidationError, RecursionError) as error:
        raise RecordError(f"this record is damaged ({error}); grade the submission again.") from None
    ends = {case.status for problem in result.problems for check in problem.checks for case in check.cases}
    if unknown := sorted(ends - set(STATUSES)):
        raise RecordError(f"this record is damaged (there is no status {unknown[0]!r}); grade the submission again.")
    if msgspec.to_builtins(result) != table["result"] or len(table) != 3:
        raise RecordError("this record is damaged (a field is missing or unknown); grade the submission again.")
    return result


def read(path: Path) -> SubmissionResult:
    """The record in a file.

    Raises:
        RecordError: it cannot be read; the message begins with the file.
    """
    try:
        return from_json(path.read_bytes())
    except OSError as error:
        raise RecordError(f"{path} cannot be read ({error.strerror or error}); give the path of a record.") from None
    except RecordError as error:
        raise RecordError(f"{path}: {error}") from None
