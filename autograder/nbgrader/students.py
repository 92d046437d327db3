"""The students of a course as its roster has them: a column `id`, and where there are such `first_name`, `last_name`, `email`."""

from pathlib import Path

from ..submission.rosters import RosterError, read_roster

ALSO = ("first_name", "last_name", "email", "lms_user_id")


def read_students(path: Path) -> dict[str, dict[str, str]]:
    """The students by id, each with what the roster says of them.

    Args:
        path: a roster as `submission/rosters.py` reads it, so also what `nbgrader db student import` reads.
    Raises:
        RosterError: it is no such table, or cannot be read.
    """
    found: dict[str, dict[str, str]] = {}
    for where, values in read_roster(path, ("id",), ALSO):
        student = values.pop("id")
        if "/" in student or student.startswith("."):
            raise RosterError(f"{where}: {student!r} cannot be a student's id; it names a folder.")
        if student in found:
            raise RosterError(f"{where}: {student} is there twice; remove one of both.")
        found[student] = {name: value for name, value in values.items() if value}
    return found
