"""Which variant of part 2 a student has; `[variants]` in the part's `part.toml` names this module to the harness.

`autograder/grading/variants.py` says what it calls here and when.
"""

import random
from typing import Any

# From the handout's section on variants, and from `student.cfg` as it is handed out.
EXAMPLES = (("B00XX000", "2001-01-02"), ("B00AA250", "2001-05-14"), ("B00AA411", "2001-04-10"), ("M00AA021", "2000-06-21"))


def checked(reference: Any, roll_number: str, birth_date: str) -> tuple[str, str]:
    """Roll number and birth date as they are compared and kept.

    Raises:
        ValueError: one of them is not valid; the message says what to do.
    """
    return reference.variants.checked_roll_number(roll_number), str(reference.variants.checked_birth_date(birth_date))


def told(reference: Any, text: str) -> tuple[str, str] | None:
    """Roll number and birth date from the text of `student.cfg`; None while it holds the made-up values.

    Raises:
        ValueError: the text says nothing usable; the message says what to do.
    """
    identity = reference.student_cfg.parse_student_cfg(text)
    return None if identity.is_template else (identity.roll_number, str(identity.birth_date))


def variant_for(reference: Any, roll_number: str, birth_date: str) -> Any:
    """The variant of a student."""
    return reference.variants.variant_for(roll_number, birth_date)


def drawn_variant(reference: Any, chance: random.Random) -> Any:
    """The variant of a made-up student, whose roll number has the form that the rule table asks for."""
    example = reference.variants.rules()["roll_number"]["example"]
    day, month = chance.randint(1, 28), chance.randint(1, 12)
    return reference.variants.variant_for(f"{example[:-3]}{chance.randrange(1000):03d}", f"2000-{month:02d}-{day:02d}")


def example_variants(reference: Any) -> list[Any]:
    """The variants of the handout's made-up students, as far as the rule table still knows such roll numbers."""
    found = []
    for roll_number, birth_date in EXAMPLES:
        try:
            found.append(reference.variants.variant_for(roll_number, birth_date))
        except reference.variants.VariantError:
            continue
    return found
