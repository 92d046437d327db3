"""Rosters, which are tables of students as people save them: commas, semicolons or tabs, UTF-8 or a spreadsheet's UTF-16, with or
without a mark in front.

Columns are found in any order and case, and under the usual other names. Where a table cannot be read, one sentence says what it is.
"""

import codecs
import csv
import io
import re
from pathlib import Path

LIMIT_BYTES = 16 << 20
DELIMITERS = (",", ";", "\t")
ALSO_CALLED = {
    "id": ("student_id", "identifier", "username", "user_name", "login", "login_id", "sis_login_id", "student"),
    "student": ("id", "student_id", "identifier", "username", "user_name", "login", "submission"),
    "first_name": ("firstname", "given_name", "forename"),
    "last_name": ("lastname", "surname", "family_name"),
    "email": ("e_mail", "mail", "email_address", "e_mail_address"),
    "roll_number": ("rollnumber", "roll_no", "roll"),
    "birth_date": ("birthdate", "birthday", "date_of_birth", "dob"),
}


class RosterError(ValueError):
    """A roster cannot be used; the message is one sentence that names file, line and remedy."""


def read_roster(path: Path, columns: tuple[str, ...], also: tuple[str, ...] = ()) -> list[tuple[str, dict[str, str]]]:
    """Each row, with the words that say where it stands.

    Args:
        path: of the table; its first line names the columns.
        columns: those that must be there; the first tells whose a row is, and is nowhere empty.
        also: those that may be there; others are left out.
    Raises:
        RosterError: it is no such table, or cannot be read.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(LIMIT_BYTES)
        there, rows = _table(data, columns + also)
    except OSError as error:
        raise RosterError(f"{path} cannot be read ({error.strerror}); give the path of the roster.") from None
    except _NoTable as error:
        raise RosterError(f"{path} {error}.") from None
    if missing := [name for name in columns if name not in there]:
        raise RosterError(
            f"{path} has no column {', '.join(missing)}; its first line names the columns: {', '.join(columns + also)}."
        )
    found = [(f"{path}, line {number}", row) for number, row in rows]
    for where, row in found:
        if not row.get(columns[0]):
            raise RosterError(f"{where}: the column {columns[0]} is empty; write there whose row it is.")
    return found


class _NoTable(ValueError):
    """The end of a sentence that begins with the file's name."""


def _table(data: bytes, columns: tuple[str, ...]) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """The columns that are there, and the rows that are not empty with the numbers of their lines."""
    text = _decoded(data)
    text = re.sub(r"\A\s*sep=.\r?\n", "", text)  # what Excel writes for itself
    try:
        lines, places = max((_read(text, delimiter, columns) for delimiter in DELIMITERS), key=lambda read: len(read[1]))
        rows = [(lines.line_num, {name: row[place].strip() for name, place in places.items() if place < len(row)}) for row in lines]
    except csv.Error as error:
        raise _NoTable(f"is not a CSV table ({error}); save it as one") from None
    return list(places), [(number, row) for number, row in rows if any(row.values())]


def _decoded(data: bytes) -> str:
    if data.startswith(b"PK\3\4"):
        raise _NoTable("is a spreadsheet or an archive, not a CSV table; save it as `CSV UTF-8`")
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # Excel's "Unicode Text"
    try:
        return data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise _NoTable(f"is not a CSV table in UTF-8 ({error.reason} at byte {error.start}); save it as `CSV UTF-8`") from None


def _read(text: str, delimiter: str, columns: tuple[str, ...]):
    """A reader behind the first line, and where each column stands in a row."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    header = [re.sub(r"[\s-]+", "_", name.strip().lower()) for name in next(lines, [])]
    return lines, dict(_places(header, columns))


def _places(header: list[str], columns: tuple[str, ...]):
    taken: set[int] = set()
    for name in columns:
        for other in (name, *(other for other in ALSO_CALLED.get(name, ()) if other not in columns)):
            if other in header and (place := header.index(other)) not in taken:
                taken.add(place)
                yield name, place
                break
