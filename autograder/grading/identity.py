"""Whose submission it is, and so which variant of part 2 it must solve: the roster's word first, then `student.cfg`.

A roster is a CSV file with the columns `student`, `roll_number`, `birth_date`; a submission is found in it by its name (with or
without the ending of an archive) or by its roll number. Where neither says anything usable, a variant is drawn and a remark
on the page says so; nobody loses a point for it.
"""
import csv
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ..course import Part, parts
from ..submission.reader import Contents
from .reference import Reference
from .seeds import derived_seed

PART_ID = "distillation"        # the part that has variants
CFG = "student.cfg"
COLUMNS = ("student", "roll_number", "birth_date")
ARCHIVES = (".tar.gz", ".tgz", ".zip", ".tar")
ROSTER_LIMIT_BYTES = 16 << 20
# From the handout's section on variants, and from `student.cfg` as it is handed out.
EXAMPLES = (("B00XX000", "2001-01-02"), ("B00AA250", "2001-05-14"), ("B00AA411", "2001-04-10"), ("M00AA021", "2000-06-21"))
ELSE = "The networks of part 2 were checked with a variant that is not yours."


class RosterError(ValueError):
    """The roster cannot be used; the message is one sentence that names file, line and remedy."""


class Row(NamedTuple):
    """One student of the roster: roll number and birth date, as text that was found valid."""

    roll_number: str
    birth_date: str


Roster = Mapping[str, Row]


@dataclass(frozen=True)
class Whose:
    """The variant to grade with, whether it is known to be the student's own, and what the page says about it."""

    variant: Any
    known: bool
    remark: str = ""


def read_roster(path: Path) -> dict[str, Row]:
    """The rows of a roster by the student's name and by the roll number, both in small letters.

    Raises:
        RosterError: the file cannot be read, lacks a column, or a row is wrong.
    """
    part = next((part for part in parts() if part.id == PART_ID), None)
    if part is None:
        raise RosterError(f"no part of this course is called {PART_ID}, so nobody has a variant; leave the roster out.")
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file.read(ROSTER_LIMIT_BYTES).splitlines(), skipinitialspace=True)
            rows = [(lines.line_num, row) for row in lines]
    except OSError as error:
        raise RosterError(f"{path} cannot be read ({error.strerror}); give the path of the roster.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise RosterError(f"{path} is not a CSV file in UTF-8 ({error}); save it as one.") from None
    header = [name.strip().lower() for name in lines.fieldnames or []]
    if missing := [name for name in COLUMNS if name not in header]:
        raise RosterError(f"{path} has no column {', '.join(missing)}; its first line must be {','.join(COLUMNS)}.")
    found: dict[str, Row] = {}
    reference = Reference(part)
    for number, row in rows:
        cells = {str(key).strip().lower(): value.strip() for key, value in row.items() if isinstance(value, str)}
        if any(cells.values()):
            _add(found, cells, f"{path}, line {number}", reference)
    return found


def _add(found: dict[str, Row], cells: dict[str, str], where: str, reference: Reference) -> None:
    if not cells.get("student"):
        raise RosterError(f"{where}: the column student is empty; write the name of the submission there.")
    variants = reference.variants
    try:
        roll_number = variants.checked_roll_number(cells.get("roll_number", ""))
        row = Row(roll_number, str(variants.checked_birth_date(cells.get("birth_date", ""))))
    except variants.VariantError as error:
        raise RosterError(f"{where}: {error}.") from None
    for key in dict.fromkeys((cells["student"].lower(), roll_number.lower())):
        if found.setdefault(key, row) != row:
            raise RosterError(f"{where}: {key!r} stands there twice, with two roll numbers or birth dates; keep one of them.")


def whose(name: str, contents: Contents, part: Part, files: Mapping[str, bytes], roster: Roster | None, seed: int,
          reference: Reference) -> Whose:
    """Whose submission it is.

    Args:
        name: how results call the submission.
        contents: all files of the submission, in case `student.cfg` stands beside the part.
        part: the part that has variants, and `files` the submission's files of it.
        roster: by name in small letters, or None.
        seed: of the run, for a drawn variant.
    """
    listed = _listed(name, roster or {})
    identity, trouble = _told(contents, files, reference)
    variant_for = reference.variants.variant_for
    own = identity is not None and not identity.is_template
    if listed is not None:
        differs = own and identity.roll_number != listed.roll_number
        remark = f"{CFG} names another roll number than the roster; the roster's was used."
        return Whose(variant_for(*listed), True, remark if differs else "")
    if own:
        return Whose(variant_for(*identity), True, "" if roster is None else f"The roster has no {name}; {CFG} was used.")
    if identity is not None:
        trouble = f"{CFG} still holds the made-up values; put your own roll number and birth date there."
    handed_in = any(file in files for file in part.files)
    return Whose(drawn_variant(reference, random.Random(derived_seed(seed, "variant"))), False,
                 f"{trouble} {ELSE}" if handed_in else "")


def _listed(name: str, roster: Roster) -> Row | None:
    key = name.lower()
    for ending in ("", *ARCHIVES):
        if key.endswith(ending) and key[: len(key) - len(ending)] in roster:
            return roster[key[: len(key) - len(ending)]]
    return None


def _told(contents: Contents, files: Mapping[str, bytes], reference: Reference) -> tuple[Any, str]:
    """What `student.cfg` says, or why it says nothing usable; it may stand beside the part's folder, too."""
    places = [files[CFG]] if CFG in files else []
    places += [contents.files[name] for name in sorted(contents.files, key=lambda name: (name.count("/"), name))
               if name.rpartition("/")[2].lower() == CFG]
    if not places:
        return None, f"{CFG} was not handed in; fill it in and hand it in with your files."
    module = reference.student_cfg
    try:
        if len(places[0]) > module.LARGEST_BYTES:
            return None, f"{CFG} is too long; it needs three lines."
        return module.parse_student_cfg(places[0].decode("utf-8-sig")), ""
    except UnicodeDecodeError:
        return None, f"{CFG} is not plain text; save it as UTF-8."
    except reference.variants.VariantError as error:
        return None, f"{error}."


def drawn_variant(reference: Reference, chance: random.Random) -> Any:
    """The variant of a made-up student, whose roll number has the form that the rule table asks for."""
    example = reference.variants.rules()["roll_number"]["example"]
    day, month = chance.randint(1, 28), chance.randint(1, 12)
    return reference.variants.variant_for(f"{example[:-3]}{chance.randrange(1000):03d}", f"2000-{month:02d}-{day:02d}")


def example_variants(reference: Reference) -> list[Any]:
    """The variants of the handout's made-up students, as far as the rule table still knows such roll numbers."""
    found = []
    for roll_number, birth_date in EXAMPLES:
        try:
            found.append(reference.variants.variant_for(roll_number, birth_date))
        except reference.variants.VariantError:
            continue
    return found
