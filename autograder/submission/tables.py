"""Tables of students as people save them: commas, semicolons or tabs, UTF-8 or a spreadsheet's UTF-16, with or without a mark in front.

Columns are found in any order and case, and under the usual other names. Where a table cannot be read, one sentence says what it is.
"""
import codecs
import csv
import io
import re
from collections.abc import Mapping
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


class TableError(ValueError):
    """A file is no such table; the message is the end of a sentence that begins with its name."""


def read_table(path: Path, columns: tuple[str, ...]) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """The columns that are there, and each row with the number of its line.

    Args:
        path: of the table; its first line names the columns.
        columns: those that are looked for; others are left out.
    Raises:
        TableError: it is no table.
        OSError: it cannot be read.
    """
    with open(path, "rb") as file:
        text = _decoded(file.read(LIMIT_BYTES))
    text = re.sub(r"\A\s*sep=.\r?\n", "", text)         # what Excel writes for itself
    try:
        lines, places = max((_read(text, delimiter, columns) for delimiter in DELIMITERS), key=lambda read: len(read[1]))
        rows = [(lines.line_num, {name: row[place].strip() for name, place in places.items() if place < len(row)}) for row in lines]
    except csv.Error as error:
        raise TableError(f"is not a CSV table ({error}); save it as one") from None
    return list(places), [(number, row) for number, row in rows if any(row.values())]


def _decoded(data: bytes) -> str:
    if data.startswith(b"PK\3\4"):
        raise TableError("is a spreadsheet or an archive, not a CSV table; save it as `CSV UTF-8`")
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))     # Excel's "Unicode Text"
    try:
        return data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError(f"is not a CSV table in UTF-8 ({error.reason} at byte {error.start}); save it as `CSV UTF-8`") from None


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


def known_columns(columns: tuple[str, ...], also: Mapping[str, tuple[str, ...]] = ALSO_CALLED) -> str:
    """The columns for a message, each with what else it may be called."""
    return ", ".join(f"{name} (or {also[name][0]})" if name in also else name for name in columns)
