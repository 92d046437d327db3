"""Which variant of a part a submission has to solve: the roster's word first, then a file of the student's.

A part switches this on in its `part.toml`:

    [variants]
    module = "student_variants"                 # beside the part's hidden checks
    columns = ["roll_number", "birth_date"]     # what a student's variant follows from; the first tells students apart
    file = "student.cfg"                        # where students say it themselves

Its module has these functions; `reference` is the part's solution, values are texts in the order of the columns:

    checked(reference, *values)         the values of a roster's row as they are kept, or ValueError with what to do
    told(reference, text)               the values that the student's file says, None where it was not filled in, or ValueError
    variant_for(reference, *values)     the variant
    drawn_variant(reference, chance)    a variant drawn with a random.Random

A roster is a CSV file with the column `student` and those above; a submission is found in it by its name (with or without the
ending of an archive) or by the first column. Where neither says anything usable, a variant is drawn and a remark on the page says
so; nobody loses a point for it.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from ..course import Part, Variants, parts
from ..submission.names import ARCHIVES
from ..submission.reader import Contents
from ..submission.rosters import RosterError, read_roster
from .reference import Reference, import_beside_checks
from .seeds import derived_seed

LARGEST_FILE_BYTES = 10_000


Row = tuple[str, ...]  # one student's values, in the order of the part's columns, found valid
Roster = Mapping[str, Mapping[str, Row]]  # by part, then by name or first column in small letters


@dataclass(frozen=True)
class Whose:
    """The variant to grade with, whether it is known to be the student's own, and what the page says about it."""

    variant: Any
    known: bool
    remark: str = ""


class Rules:
    """A part's own functions about variants, as the docstring of this module lists them."""

    def __init__(self, part: Part, reference: Reference):
        assert part.variants is not None
        self.part, self.reference, self.table = part, reference, part.variants
        self.module: ModuleType = import_beside_checks(part, self.table.module)

    def checked(self, values: list[str]) -> Row:
        """A roster's values, found valid."""
        return tuple(self.module.checked(self.reference, *values))

    def told(self, text: str) -> Row | None:
        """What a student's file says; None while nobody has filled it in."""
        found = self.module.told(self.reference, text)
        return None if found is None else tuple(found)

    def variant_for(self, row: Row) -> Any:
        """The variant of a student."""
        return self.module.variant_for(self.reference, *row)

    def drawn(self, chance: random.Random) -> Any:
        """The variant of nobody."""
        return self.module.drawn_variant(self.reference, chance)


def read_variants(path: Path) -> dict[str, dict[str, Row]]:
    """For every part with variants, the values of each student by name and by the first column, both in small letters.

    Raises:
        RosterError: it is no such roster, or a row is wrong.
    """
    rules = [Rules(part, Reference(part)) for part in parts() if part.variants is not None]
    if not rules:
        raise RosterError("no part of this course has variants; leave the roster out.")
    columns = tuple(dict.fromkeys(("student", *(name for own in rules for name in own.table.columns))))
    found: dict[str, dict[str, Row]] = {own.part.id: {} for own in rules}
    for where, cells in read_roster(path, columns):
        for own in rules:
            _add(found[own.part.id], cells, where, own)
    return found


def _add(found: dict[str, Row], cells: dict[str, str], where: str, rules: Rules) -> None:
    try:
        row = rules.checked([cells.get(name, "") for name in rules.table.columns])
    except ValueError as error:
        raise RosterError(f"{where}: {error}.") from None
    for key in dict.fromkeys((cells["student"].lower(), row[0].lower())):
        if found.setdefault(key, row) != row:
            raise RosterError(f"{where}: {key!r} stands there twice, with different {_words(rules.table)}; keep one of them.")


def whose(
    name: str, contents: Contents, part: Part, files: Mapping[str, bytes], roster: Roster | None, seed: int, reference: Reference
) -> Whose:
    """Whose submission it is.

    Args:
        name: how results call the submission.
        contents: all files of the submission, in case the student's file stands beside the part.
        part: a part that has variants, and `files` the submission's files of it.
        roster: of `read_variants`, or None.
        seed: of the run, for a drawn variant.
        reference: the part's solution.
    """
    rules = Rules(part, reference)
    file = rules.table.file
    listed = _listed(name, roster.get(part.id, {}) if roster else {})
    own, trouble = _told(contents, files, rules)
    if listed is not None:
        differs = own is not None and own[0] != listed[0]
        remark = f"{file} names another {_word(rules.table.columns[0])} than the roster; the roster's was used."
        return Whose(rules.variant_for(listed), True, remark if differs else "")
    if own is not None:
        return Whose(rules.variant_for(own), True, "" if roster is None else f"The roster has no {name}; {file} was used.")
    handed_in = any(file in files for file in part.files)
    remark = f"{trouble} Part {part.number} was checked with a variant that is not yours." if handed_in else ""
    return Whose(rules.drawn(random.Random(derived_seed(seed, "variant"))), False, remark)


def _listed(name: str, roster: Mapping[str, Row]) -> Row | None:
    key = name.lower()
    for ending in ("", *ARCHIVES):
        if key.endswith(ending) and key[: len(key) - len(ending)] in roster:
            return roster[key[: len(key) - len(ending)]]
    return None


def _told(contents: Contents, files: Mapping[str, bytes], rules: Rules) -> tuple[Row | None, str]:
    """What the student's file says, or why it says nothing usable; it may stand beside the part's folder, too."""
    file = rules.table.file
    places = [files[file]] if file in files else []
    places += files_of_variant(contents, file)
    if not places:
        return None, f"{file} was not handed in; fill it in and hand it in with your files."
    if len(places[0]) > LARGEST_FILE_BYTES:
        return None, f"{file} is too long; it needs your {_words(rules.table)} and no more."
    try:
        found = rules.told(places[0].decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None, f"{file} is not plain text; save it as UTF-8."
    except ValueError as error:
        return None, f"{error}."
    return found, f"{file} still holds the made-up values; put your own {_words(rules.table)} there."


def files_of_variant(contents: Contents, file: str) -> list[bytes]:
    """The files of a submission that may say whose variant it is, the likeliest first."""
    names = sorted(contents.files, key=lambda name: (name.count("/"), name))
    return [contents.files[name] for name in names if name.rpartition("/")[2].lower() == file.lower()]


def _words(table: Variants) -> str:
    return " and ".join(_word(name) for name in table.columns)


def _word(column: str) -> str:
    return column.replace("_", " ")
