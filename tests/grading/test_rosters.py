"""Promises of reading rosters: what spreadsheets and course platforms write is read, or named as what it is."""

import pytest

from autograder.nbgrader.students import read_students
from autograder.submission.rosters import RosterError

ROWS = [["id", "first_name", "last_name"], ["ana", "Ána", "Muster; M."], ["ben", "Ben", 'O\'Neil, "B"']]


def saved(rows: list[list[str]], delimiter: str, quote: bool = False) -> str:
    """A table as text."""

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if quote or any(char in text for char in f'{delimiter}"') else text

    return "\r\n".join(delimiter.join(map(cell, row)) for row in rows) + "\r\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_is_read_however_a_spreadsheet_saved_it(tmp_path, delimiter, encoding):
    """Commas, semicolons, tabs; with a mark in front, in UTF-16, all cells quoted, Excel's line `sep=`, other line ends."""
    for number, text in enumerate(
        (
            saved(ROWS, delimiter),
            saved(ROWS, delimiter, quote=True),
            f"sep={delimiter}\r\n{saved(ROWS, delimiter)}",
            saved(ROWS, delimiter).replace("\r\n", "\n"),
        )
    ):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(text.encode(encoding))
        assert read_students(path) == {
            "ana": {"first_name": "Ána", "last_name": "Muster; M."},
            "ben": {"first_name": "Ben", "last_name": 'O\'Neil, "B"'},
        }


@pytest.mark.parametrize("header", ["ID", "Student ID", "identifier", "Username", "SIS Login ID", "student"])
def test_columns_are_known_by_their_usual_names(tmp_path, header):
    """In any case and order, between others; a column called `id` comes before all of them."""
    path = tmp_path / "roster.csv"
    path.write_text(f'"Group","{header}","Given name","E-Mail"\n"1","ana","Ana","a@uni.example"\n')
    assert read_students(path) == {"ana": {"first_name": "Ana", "email": "a@uni.example"}}
    path.write_text("username,id\nwrong,ana\n")
    assert list(read_students(path)) == ["ana"]


@pytest.mark.parametrize(
    "content, words",
    [
        (b"PK\x03\x04 an .xlsx", "is a spreadsheet or an archive, not a CSV table; save it as `CSV UTF-8`"),
        ("id;name\nana;Müller\n".encode("latin-1"), "is not a CSV table in UTF-8"),
        (b"name;group\nana;1\n", "has no column id"),
        (b"", "has no column id"),
    ],
)
def test_what_is_no_roster_is_named_as_what_it_is(tmp_path, content, words):
    """A workbook, another encoding, a table of something else, nothing."""
    path = tmp_path / "roster.csv"
    path.write_bytes(content)
    with pytest.raises(RosterError, match="roster.csv") as caught:
        read_students(path)
    assert words in str(caught.value) and "\n" not in str(caught.value)
