"""What each platform's export looks like, and what its importer takes back.

| platform | importer's rules, as of their own sources and pages |
|---|---|
| Canvas | instructure/canvas-lms, `lib/gradebook_importer.rb`: the header begins with `Student` and `ID`; students are found by ID, SIS ids, name; assignments by `Title (ID)`; the row `Points Possible` says `(read only)` of what is ignored; a blank cell where there was a mark takes the mark away |
| Moodle | moodle/moodle, `mod/assign/feedback/offline/importgradeslib.php` and `locallib.php`: `Identifier`, `Grade` and `Last modified (grade)` must be there; grades are read with the decimal sign of the language; a blank one, or one above the maximum, is passed over |
| Gradescope | takes no marks back by file; its exports name people by `SID` and `Email` |

A worksheet in another language than English or German is read with `--id-column` and `--column`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ..classes.entries import ClassError
from .sheet import Sheet

_CANVAS_TITLE = re.compile(r"(?P<title>.*) \((?P<id>\d+)\)", re.DOTALL)
_NUMBER = re.compile(r"\D*?(\d+)\s*")
NAMES = ("canvas", "moodle", "gradescope", "generic")
MOODLE = {  # by what it is: the headers in English and German
    "id": ("Identifier", "ID"),
    "grade": ("Grade", "Bewertung"),
    "most": ("Maximum grade", "Maximum Grade", "Bestwertung"),
    "locked": ("Grade can be changed", "Bewertung kann geändert werden"),
    "comment": ("Feedback comments", "Feedback als Kommentar"),
    "name": ("Full name", "Vollständiger Name"),
    "modified": ("Last modified (grade)", "Zuletzt geändert (Bewertung)"),
}
CHANGEABLE = {"yes", "ja", ""}
USUAL_GRADES = ("grade", "points", "score", "mark", "total", "total score")


@dataclass
class Form:
    """How one export is filled: its platform, the columns by place, and what the rows say.

    `ids` are the columns that may say who it is, the surest first; `number` is the one whose number also ends the names in the platform's
    downloads; `rows` are those of students.
    """

    platform: str
    grade: int
    ids: tuple[int, ...]
    rows: list[int]
    number: int | None = None
    name: int | None = None
    comment: int | None = None
    locked: int | None = None
    most: Callable[[int], str] = field(default=lambda row: "")  # what a row says of the most points


def recognised(sheet: Sheet) -> str:
    """The platform that wrote a sheet, by its header."""
    header = sheet.header
    if len(header) > 3 and "Student" in header[0] and "ID" in header[1] and "Section" in header:
        return "canvas"
    if len(header) > 4 and header[:2] == ["LastName", "FirstName"] and "ID" in header[2]:
        return "canvas"
    if _place(header, MOODLE["grade"]) is not None and _place(header, MOODLE["modified"]) is not None:
        return "moodle"
    if "SID" in header and "Email" in header:
        return "gradescope"
    return "generic"


def form_of(sheet: Sheet, platform: str, column: str = "", id_column: str = "", people: frozenset[str] = frozenset()) -> Form:
    """How to fill a sheet.

    Args:
        sheet: the export.
        platform: one of `NAMES`.
        column: of the grades, where it is not clear; for Canvas also the title or the number of the assignment.
        id_column: that says who it is, where it is not clear.
        people: everybody in the class, casefolded, by which a generic sheet's column is found.
    Raises:
        ClassError: a column is not there, or it is not clear which.
    """
    made = {"canvas": _canvas, "moodle": _moodle, "gradescope": _gradescope}.get(platform)
    if platform == "moodle" and id_column and _place(sheet.header, MOODLE["id"]) is None:
        made = None  # in a language that we do not know
    form = made(sheet, column) if made else _generic(sheet, column, id_column, people)
    if id_column:
        form.ids = (_named(sheet, id_column, "--id-column"),)
    return form


def _canvas(sheet: Sheet, column: str) -> Form:
    header = sheet.header
    possible = next((row for row in range(1, len(sheet.rows)) if "Points Possible" in sheet.get(row, 0)), None)
    points: Callable[[int], str] = lambda place: sheet.get(possible, place) if possible is not None else ""  # noqa: E731
    titles = {place: found for place, name in enumerate(header) if (found := _CANVAS_TITLE.fullmatch(name))}
    open_ = [place for place in titles if not re.search(r"read\s+only", points(place))]
    if column:
        same = [place for place in titles if column in (header[place], titles[place]["title"], titles[place]["id"])]
        grade = same[0] if len(same) == 1 else _named(sheet, column, "--column")
    elif len(open_) == 1:
        grade = open_[0]
    else:
        listed = ", ".join(header[place] for place in open_[:8]) or "none"
        raise ClassError(f"the export has {len(open_)} assignments ({listed}); say which one with --column.")
    if re.search(r"read\s+only", points(grade)):
        raise ClassError(f"Canvas computes the column {header[grade]} itself and takes no marks for it; choose another --column.")
    after = (possible or 0) + 1
    rows = [row for row in range(after, len(sheet.rows)) if any(sheet.get(row, place).strip() for place in range(3))]
    ids = [place for name in ("ID", "SIS User ID", "SIS Login ID", "Student") if (place := _place(header, (name,))) is not None]
    return Form("canvas", grade, tuple(ids), rows, ids[0] if ids else None, 0, most=lambda row: points(grade))


def _moodle(sheet: Sheet, column: str) -> Form:
    place = {what: _place(sheet.header, names) for what, names in MOODLE.items()}
    grade = _named(sheet, column, "--column") if column else place["grade"]
    if grade is None or place["id"] is None:
        raise ClassError(
            "this worksheet of Moodle has no columns Identifier and Grade; download it in English or German, or say who and which column "
            f"with --id-column and --column ({', '.join(sheet.header)})."
        )
    extra = [_place(sheet.header, names) for names in (("Email address", "E-Mail-Adresse"), ("ID number", "ID-Nummer"))]
    ids = [where for where in (place["id"], *extra, place["name"]) if where is not None]
    most = place["most"]
    return Form(
        "moodle",
        grade,
        tuple(ids),
        _students(sheet),
        place["id"],
        place["name"],
        place["comment"],
        place["locked"],
        lambda row: sheet.get(row, most) if most is not None else "",
    )


def _gradescope(sheet: Sheet, column: str) -> Form:
    header = sheet.header
    grade = _named(sheet, column, "--column") if column else _place(header, ("Total Score",))
    grade = sheet.add_column("Total Score") if grade is None else grade
    ids = [place for name in ("Email", "SID", "Name", "Full Name") if (place := _place(header, (name,))) is not None]
    own = _place(header, (f"{header[grade]} - Max Points", "Max Points")) if grade < len(header) else None
    return Form("gradescope", grade, tuple(ids), _students(sheet), most=lambda row: sheet.get(row, own) if own is not None else "")


def _generic(sheet: Sheet, column: str, id_column: str, people: frozenset[str]) -> Form:
    if column:
        grade = _named(sheet, column, "--column")
    else:
        usual = [place for place, name in enumerate(sheet.header) if name.casefold() in USUAL_GRADES]
        if len(usual) != 1:
            raise ClassError(f"it is not clear which column the marks go to; say it with --column ({', '.join(sheet.header)}).")
        grade = usual[0]
    rows = _students(sheet)
    held = [sum(sheet.get(row, place).strip().casefold() in people for row in rows) for place in range(len(sheet.header))]
    if not id_column and not max(held, default=0):
        raise ClassError(
            f"no column names anybody of the class; say which one should with --id-column ({', '.join(sheet.header)})."
        )
    return Form("generic", grade, (held.index(max(held)),) if held else (0,), rows)


def _students(sheet: Sheet) -> list[int]:
    return [row for row in range(1, len(sheet.rows)) if any(text.strip() for text in sheet.rows[row])]


def _place(header: list[str], names: tuple[str, ...]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _named(sheet: Sheet, name: str, option: str) -> int:
    import difflib

    header = sheet.header
    if header.count(name) == 1:
        return header.index(name)
    if header.count(name) > 1:
        raise ClassError(f"{option} {name}: the export has {header.count(name)} columns of that name; rename one there.")
    near = difflib.get_close_matches(name, header, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(header)}."
    raise ClassError(f"{option} {name}: the export has no such column; {hint}")


def number_in(text: str) -> str:
    """The number of `Participant 123`, or of an id; empty where there is none."""
    found = _NUMBER.fullmatch(text)
    return found[1] if found else ""
