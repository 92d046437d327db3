"""Reads `student.cfg`, in which a student says whose submission this is (given, complete).

    [student]
    roll_number = B00AA250
    birth_date = 2001-05-14

`python student_cfg.py` prints the variant of part 2 that belongs to it.
"""

import configparser
import datetime
import sys
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

from variants import VariantError, checked_birth_date, checked_roll_number, programme_title, variant_for

LARGEST_BYTES = 10_000
TEMPLATE_ROLL_NUMBER = "B00XX000"


class Identity(NamedTuple):
    """Whose submission it is: the roll number in capitals, and the birth date."""

    roll_number: str
    birth_date: datetime.date

    @property
    def is_template(self) -> bool:
        """Whether these are still the made-up values that the handout came with."""
        return self.roll_number == TEMPLATE_ROLL_NUMBER


def parse_student_cfg(text: str) -> Identity:
    """Whose submission it is, from the text of `student.cfg`.

    Args:
        text: the content of the file.
    Raises:
        VariantError: a line, a value or the heading is missing or wrong.
    """
    parser = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=("#", ";"))
    try:
        parser.read_string(text)
    except configparser.MissingSectionHeaderError:
        raise VariantError("student.cfg must begin with the line [student]") from None
    except configparser.DuplicateOptionError as error:
        raise VariantError(f"student.cfg, line {error.lineno}: the same line twice; keep one of them") from None
    except configparser.Error as error:
        where = getattr(error, "lineno", None) or next(iter(getattr(error, "errors", [])), [None])[0]
        raise VariantError(f"student.cfg, line {where}: cannot be read; write lines such as `name = value`") from None
    if not parser.has_section("student"):
        raise VariantError("student.cfg has no line [student]; put it above the roll number")
    roll_number, birth_date = (_value(parser, name) for name in Identity._fields)
    try:
        return Identity(checked_roll_number(roll_number), checked_birth_date(birth_date))
    except VariantError as error:
        raise VariantError(f"student.cfg: {error}") from None


def read_student_cfg(path: Path) -> Identity:
    """Whose submission it is, from a file.

    Args:
        path: the file; it is read as UTF-8.
    Raises:
        VariantError: the file is missing, is no text, or says nothing usable.
    """
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise VariantError(f"student.cfg cannot be opened ({reason}); it belongs beside variants.py") from None
    if len(content) > LARGEST_BYTES:
        raise VariantError("student.cfg is longer than 10,000 bytes; it needs three lines")
    try:
        return parse_student_cfg(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise VariantError("student.cfg is not plain text; save it as UTF-8") from None


def _value(parser: configparser.ConfigParser, name: str) -> str:
    """One value of the file, without quotes that some students put around it."""
    value = parser.get("student", name, fallback="").strip().strip("\"'").strip()
    if not value:
        raise VariantError(f"student.cfg gives no {name}; write a line `{name} = ...` below [student]")
    return value


def described_variant(identity: Identity) -> str:
    """The variant of a student, as a few lines to read.

    Args:
        identity: whose variant.
    Raises:
        VariantError: the rule table is damaged.
    """
    variant = variant_for(*identity)
    programme = programme_title(identity.roll_number)
    lines = [f"{identity.roll_number}, born {identity.birth_date}: {programme}, data set {variant.dataset}"]
    for name, spec in (("teacher", variant.teacher), ("student", variant.student)):
        lines.append(f"{name}: " + ", ".join(f"{field}={value}" for field, value in asdict(spec).items()))
    return "\n".join(lines)


if __name__ == "__main__":
    try:
        print(described_variant(read_student_cfg(Path(__file__).with_name("student.cfg"))))
    except VariantError as error:
        sys.exit(str(error))
