"""A small course graded once, and one of its students explained once."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.places import VARIABLE
from tests import forked

KIT = Path(__file__).parents[2]
COURSE = KIT / "tests" / "courses" / "letters_and_lines"
PART = "first_steps"
# What is wrong with it: the shortest word, with what could be HTML, a terminal's code and a direction mark.
WORD = '''def longest_word(text):
    """<script>alert(1)</script> \x1b[2J"""
    return sorted(text.split(), key=len)[0] + "<b>\\x1b[31m\\u202e"
'''


@dataclass
class Said:
    """What a command ended with and printed."""

    status: int
    output: str
    errors: str


class Class:
    """A class of two, graded: `ann` has mistakes, `bob` none."""

    def __init__(self, root: Path):
        self.root, self.out = root, root / "out"
        for name in ("ann", "bob"):
            shutil.copytree(COURSE / "solutions" / PART, root / "class" / name / PART)
        ann = root / "class" / "ann" / PART
        (ann / "longest_word.py").write_text(WORD)
        line = (ann / "straight_line.py").read_text()
        (ann / "straight_line.py").write_text(line.replace("* x + self", "* x - self"))
        graded = self.run("grade", str(root / "class"), "--out", str(self.out), "--jobs", "1", "--device", "cpu")
        assert graded.status == 0, graded.errors

    def run(self, *words: str) -> Said:
        """A command of the kit, in the small course."""
        environment = os.environ | {"PYTHONPATH": str(KIT), VARIABLE: str(COURSE), "COLUMNS": "200"}
        command = [sys.executable, "-m", "autograder.cli", *words]
        done = forked.run(command, cwd=self.root, env=environment, capture_output=True, text=True, timeout=300)
        return Said(done.returncode, done.stdout, done.stderr)

    def explain(self, *words: str) -> Said:
        """`autograder explain`."""
        return self.run("explain", *words)


@pytest.fixture(scope="package")
def graded_class(tmp_path_factory) -> Class:
    """The class, graded once."""
    return Class(tmp_path_factory.mktemp("explained"))
