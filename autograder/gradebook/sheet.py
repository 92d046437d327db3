"""A platform's CSV file of which single cells are replaced: whatever is not replaced keeps its bytes.

Python's `csv` would quote all cells anew, and lose the byte order mark, line ends and the delimiter of the platform.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..classes.entries import ClassError

BOM = "\ufeff"
DELIMITERS = ",;\t"


@dataclass
class Sheet:
    """Rows of raw cells, each with the line end behind it; `delimiter` stands between cells."""

    start: str  # the byte order mark, or nothing
    delimiter: str
    rows: list[list[str]]
    ends: list[str]

    @cached_property
    def header(self) -> list[str]:
        """The names of the columns, without spaces around them."""
        return [text(cell).strip() for cell in self.rows[0]]

    def get(self, row: int, column: int) -> str:
        """What a cell says; empty where the row is shorter."""
        return text(self.rows[row][column]) if column < len(self.rows[row]) else ""

    def set(self, row: int, column: int, value: str) -> None:
        """Replace a cell, in quotes where it was or needs them."""
        cells = self.rows[row]
        cells += [""] * (column + 1 - len(cells))
        quoted = cells[column].startswith('"') or any(char in value for char in f'{self.delimiter}"\r\n')
        cells[column] = '"{}"'.format(value.replace('"', '""')) if quoted else value

    def add_column(self, name: str) -> int:
        """A column behind all others; its place."""
        place = len(self.rows[0])
        self.set(0, place, name)
        del self.header
        return place

    def __bytes__(self) -> bytes:
        lines = (self.delimiter.join(cells) + end for cells, end in zip(self.rows, self.ends))
        return (self.start + "".join(lines)).encode("utf-8", "surrogateescape")


def text(cell: str) -> str:
    """What a raw cell says."""
    if len(cell) > 1 and cell.startswith('"') and cell.rstrip().endswith('"'):
        return cell.rstrip()[1:-1].replace('""', '"')
    return cell


def read(path: Path) -> Sheet:
    """The sheet in a file.

    Raises:
        ClassError: it is no CSV file of one table.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ClassError(f"{path} cannot be read ({error.strerror or error}); give the file that the platform exported.") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ClassError(f"{path} is not a CSV file in UTF-8; export it as CSV, or save it as such.")
    content = data.decode("utf-8", "surrogateescape")
    start = BOM if content.startswith(BOM) else ""
    content = content.removeprefix(BOM)
    if not content.strip():
        raise ClassError(f"{path} is empty; export it again.")
    first = re.sub(r'"[^"]*"', "", content.partition("\n")[0])
    delimiter = max(DELIMITERS, key=first.count)
    return Sheet(start, delimiter, *_rows(content, delimiter))


def _rows(content: str, delimiter: str) -> tuple[list[list[str]], list[str]]:
    cell = re.compile(rf'("(?:[^"]|"")*"[^{delimiter}\r\n]*|[^{delimiter}\r\n]*)({delimiter}|\r\n|\n|\r|\Z)')
    rows: list[list[str]] = [[]]
    ends: list[str] = []
    place = 0
    while place < len(content) or len(ends) < len(rows):
        found = cell.match(content, place)
        assert found is not None  # the second form of a cell fits everywhere
        rows[-1].append(found[1])
        place = found.end()
        if found[2] != delimiter:
            ends.append(found[2])
            if place < len(content):
                rows.append([])
    return rows, ends
