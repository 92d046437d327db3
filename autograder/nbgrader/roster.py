"""The roster of a course: a CSV table with a column `id`, and where there are such `first_name`, `last_name`, `email`."""

import csv
from pathlib import Path

COLUMNS = ("id", "first_name", "last_name", "email", "lms_user_id")


class RosterError(ValueError):
    """A roster cannot be used; the message names file, line and remedy."""


def read_roster(path: Path) -> dict[str, dict[str, str]]:
    """The students by id, each with what the table says of them.

    Args:
        path: a table as nbgrader's own `nbgrader db student import` reads it; other columns are left out.
    Raises:
        RosterError: it is no such table.
        OSError: it cannot be read.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            names = [name.strip().lower() for name in table.fieldnames or ()]
            if "id" not in names:
                raise RosterError(f"{path}: the first line has no column `id`; name the columns {', '.join(COLUMNS)}.")
            table.fieldnames = names
            return _students(table, path)
    except (UnicodeDecodeError, csv.Error) as error:
        raise RosterError(f"{path} is not a CSV table in UTF-8 ({error}); save it as one.") from None


def _students(table: csv.DictReader, path: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in table:
        values = {name: (row.get(name) or "").strip() for name in COLUMNS}
        student = values.pop("id")
        if not student and not any(values.values()):
            continue
        if not student or "/" in student or student.startswith("."):
            raise RosterError(f"{path}, line {table.line_num}: {student!r} cannot be a student's id; it names a folder.")
        if student in found:
            raise RosterError(f"{path}, line {table.line_num}: {student} is there twice; remove one of both.")
        found[student] = {name: value for name, value in values.items() if value}
    return found
