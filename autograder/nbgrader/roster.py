"""The roster of a course: a table with a column `id`, and where there are such `first_name`, `last_name`, `email`."""

from pathlib import Path

from ..submission.tables import TableError, read_table

COLUMNS = ("id", "first_name", "last_name", "email", "lms_user_id")


class RosterError(ValueError):
    """A roster cannot be used; the message names file, line and remedy."""


def read_roster(path: Path) -> dict[str, dict[str, str]]:
    """The students by id, each with what the table says of them.

    Args:
        path: a table as `submission/tables.py` reads it, so also what `nbgrader db student import` reads; other columns are left out.
    Raises:
        RosterError: it is no such table.
        OSError: it cannot be read.
    """
    try:
        there, rows = read_table(path, COLUMNS)
    except TableError as error:
        raise RosterError(f"{path} {error}.") from None
    if "id" not in there:
        raise RosterError(f"{path} has no column id (or student_id, username ...); name the columns {', '.join(COLUMNS)}.")
    found: dict[str, dict[str, str]] = {}
    for line, values in rows:
        student = values.pop("id", "")
        if not student or "/" in student or student.startswith("."):
            raise RosterError(f"{path}, line {line}: {student!r} cannot be a student's id; it names a folder.")
        if student in found:
            raise RosterError(f"{path}, line {line}: {student} is there twice; remove one of both.")
        found[student] = {name: value for name, value in values.items() if value}
    return found
