"""Which networks and which data set are yours: every student of part 2 has a variant (given, complete).

The rules are in `variants.json`, beside this file. `python student_cfg.py` prints your variant.
"""

import datetime
import functools
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

RULES_FILE = Path(__file__).with_name("variants.json")
ROWS = ("initialisation", "teacher", "first_layer", "student", "hidden_layer")
YEARS = range(1900, 2100)


class VariantError(ValueError):
    """A roll number, a birth date or the rule table cannot be used; the message says what to do."""


@dataclass(frozen=True)
class NetworkSpec:
    """One network: `im_size` is (C, H, W); `pooling` is `max` or `average`; `init` is `he` or `xavier`."""

    im_size: tuple[int, int, int]
    n_classes: int
    conv_layers: int
    pool_layers: int
    first_filters: int
    pooling: str
    fc_nodes: int
    init: str


@dataclass(frozen=True)
class Variant:
    """What one student builds; `dataset` is `cifar10`, `svhn` or `tiny-imagenet`."""

    dataset: str
    teacher: NetworkSpec
    student: NetworkSpec


def quoted(value: object) -> str:
    """A value in quotes, in plain ASCII and not longer than a message can bear.

    Args:
        value: what somebody typed.
    """
    text = ascii(value)
    return text if len(text) <= 40 else text[:36] + " ..."


def checked_roll_number(roll_number: str) -> str:
    """The roll number in capitals, without spaces around it.

    Args:
        roll_number: as the student wrote it.
    Raises:
        VariantError: it is no text, or not of the form that `variants.json` asks for.
    """
    with _blaming_the_table():
        form = rules()["roll_number"]
        pattern = re.compile(form["pattern"], re.ASCII)
        remedy = f"write it as on your identity card, for example {form['example']}"
    if not isinstance(roll_number, str):
        raise VariantError(f"the roll number is {quoted(roll_number)}, which is not text; {remedy}")
    cleaned = roll_number.strip().upper()
    if not pattern.fullmatch(cleaned) or not re.search("[0-9]{3}$", cleaned):
        reason = "letters and digits only, and the last three are digits"
        raise VariantError(f"the roll number {quoted(roll_number)} is not valid ({reason}); {remedy}")
    return cleaned


def checked_birth_date(birth_date: str | datetime.date) -> datetime.date:
    """The birth date as a date.

    Args:
        birth_date: a date, or text as `2001-05-14` (year, month, day).
    Raises:
        VariantError: another form, or a day that no calendar has.
    """
    remedy = "write year-month-day with zeros, for example 2001-05-14"
    if not isinstance(birth_date, (str, datetime.date)):
        raise VariantError(f"the birth date is {quoted(birth_date)}, which is no date; {remedy}")
    if isinstance(birth_date, str):
        parts = re.fullmatch("([0-9]{4})-([0-9]{2})-([0-9]{2})", birth_date.strip())
        if parts is None:
            raise VariantError(f"the birth date {quoted(birth_date)} is not of the form year-month-day; {remedy}")
        try:
            birth_date = datetime.date(*map(int, parts.groups()))
        except ValueError as error:
            raise VariantError(f"the birth date {quoted(birth_date)} does not exist ({error}); {remedy}") from None
    if birth_date.year not in YEARS:
        raise VariantError(f"the birth date {quoted(str(birth_date))} has an unlikely year; {remedy}")
    return birth_date


def variant_for(roll_number: str, birth_date: str | datetime.date) -> Variant:
    """The variant of one student.

    Args:
        roll_number: such as `B00AA250`; its first letter and its last three digits count.
        birth_date: a date, or text as `2001-05-14`.
    Raises:
        VariantError: the roll number or the birth date is not valid, or `variants.json` is damaged.
    Source: handout section "Your variant".
    """
    roll_number = checked_roll_number(roll_number)
    birth_date = checked_birth_date(birth_date)
    digits = roll_number[-3:]
    quantities = {
        "ABC": int(digits),
        "last_digit": int(digits[-1]),
        "digit_sum": sum(map(int, digits)),
        "DD": birth_date.day,
        "MM": birth_date.month,
    }
    with _blaming_the_table():
        return _variant(rules(), _programme(roll_number), quantities)


def programme_title(roll_number: str) -> str:
    """The kind of student, in words.

    Args:
        roll_number: such as `B00AA250`.
    Raises:
        VariantError: the roll number is not valid.
    """
    with _blaming_the_table():
        return _programme(checked_roll_number(roll_number))["title"]


@functools.cache
def rules() -> dict:
    """The rule table of `variants.json`.

    Raises:
        VariantError: the file is missing or is not JSON.
    """
    try:
        return json.loads(RULES_FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise VariantError(f"{RULES_FILE.name} cannot be read ({error}); take the file from the handout") from None


@contextmanager
def _blaming_the_table() -> Iterator[None]:
    """Say that the rule table is damaged where something in it is missing or of another type."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, re.error) as error:
        cause = f"{type(error).__name__}: {error}"
        raise VariantError(f"{RULES_FILE.name} is damaged ({cause}); take the file from the handout") from error


def _programme(roll_number: str) -> dict:
    """The first programme of the table that fits the roll number."""
    for programme in rules()["programmes"]:
        if roll_number.startswith(programme["starts_with"]):
            return programme
    raise VariantError(f"{RULES_FILE.name} has no programme for the roll number {quoted(roll_number)}")


def _variant(table: dict, programme: dict, quantities: dict[str, int]) -> Variant:
    """Put together what the rows of one programme give."""
    dataset = _first_case(programme["dataset"], quantities)["dataset"]
    row = {name: _first_case(programme[name], quantities) for name in ROWS}
    images = table["datasets"][dataset]
    shared = row["initialisation"] | row["first_layer"] | row["hidden_layer"]
    shared |= {"im_size": tuple(images["im_size"]), "n_classes": images["n_classes"]}
    return Variant(dataset, _spec(shared | row["teacher"]), _spec(shared | row["student"]))


def _spec(values: dict) -> NetworkSpec:
    """A network's description, once every value of the table is one that a network can be built from."""
    words = {"pooling": ("max", "average"), "init": ("he", "xavier")}
    spec = NetworkSpec(**values)
    for field in fields(spec):
        value = getattr(spec, field.name)
        numbers = value if field.name == "im_size" else (value,)
        valid = value in words[field.name] if field.name in words else all(map(_is_count, numbers))
        if not valid:
            raise VariantError(f"{RULES_FILE.name}: {quoted(value)} is no value for {field.name}; change it there")
    return spec


def _is_count(value: object) -> bool:
    """Whether a value is a whole number above 0."""
    return type(value) is int and value > 0


def _first_case(row: list[dict], quantities: dict[str, int]) -> dict:
    """What the first case that holds gives, without its condition."""
    for case in row:
        if _holds(case["when"], quantities):
            return {name: value for name, value in case.items() if name != "when"}
    raise VariantError(f"{RULES_FILE.name}: a row has no case that holds; end it with one whose `when` is `otherwise`")


def _holds(condition: str, quantities: dict[str, int]) -> bool:
    """Whether a condition of the table, such as `ABC even` or `last_digit >= 6`, is true."""
    if condition == "otherwise":
        return True
    parts = re.fullmatch(r"(\w+) (?:(even|odd)|(>=|<=|==) ([0-9]+))", condition)
    if parts is None or parts[1] not in quantities:
        raise VariantError(f"{RULES_FILE.name}: cannot read the condition {quoted(condition)}; see `about` there")
    quantity = quantities[parts[1]]
    if parts[2]:
        return quantity % 2 == (parts[2] == "odd")
    number = int(parts[4])
    return {">=": quantity >= number, "<=": quantity <= number, "==": quantity == number}[parts[3]]
