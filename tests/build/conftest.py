"""A course of one small part."""

import pytest

PART_TOML = """
title = "Numbers"
number = 7
summary = "Doubling."

[[problem]]
id = "double"
number = "7.1"
title = "Doubling"
points = 3
files = ["double.py"]
optional_files = ["notes.txt", "me.cfg"]
symbols = ["double"]
lines = "about 1 line"
"""
DOUBLE = '''\
"""Doubling."""


def double(number):
    """Twice the number."""
    ### BEGIN SOLUTION 7.1 double
    return number + number      # without a product
    ### END SOLUTION


### BEGIN SOLUTION 7.1 helpers
TWICE = 2
### END SOLUTION
'''
CHECK = '''\
"""Public checks of task 7.1."""
import pytest


@pytest.mark.parametrize("number", [1, 2])
def test_doubles(number):
    """A number is doubled."""
    from double import double

    assert double(number) == 2 * number, f"double({number}) returned {double(number)}; it should be {2 * number}."
'''
PAGE = """\
# {{ part.title }}
{% set p = part['double'] %}
{{ p.points }} points: `{{ p.check }}`
"""
WRITTEN = """
[[question]]
number = "7.2"
title = "Why"
points = 2
question = "Why two?"
model_answer = "Because one is too few."
"""


@pytest.fixture
def solutions(tmp_path):
    """The folder of a course that builds."""
    files = {
        "README.md.j2": "{{ parts | length }} part, {{ n_questions }} question\n",
        "hand_in.py": "print('packs')\n",
        "numbers/part.toml": PART_TOML,
        "numbers/README.md.j2": PAGE,
        "numbers/double.py": DOUBLE,
        "numbers/checks/test_double.py": CHECK,
        "numbers/written.toml": WRITTEN,
        "numbers/me.cfg": "[me]\nname =\n",
    }
    for name, text in files.items():
        path = tmp_path / "solutions" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "solutions"


@pytest.fixture
def assignment(tmp_path):
    """Where the course is built; not there yet."""
    return tmp_path / "assignment"
