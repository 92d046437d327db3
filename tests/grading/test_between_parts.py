"""Promises of a child that goes on with the problem of another part: that part's files are the only ones there, as in a fresh child."""

import shutil
from pathlib import Path

import pytest

from autograder.course import SOLUTIONS
from tests import both_ways
from tests.fairness.answers import NOT_HANDED_IN

ASKED = "training", "distillation_loss"  # the last problem of a part, and the first of the next
ENDS, BEGINS = "classifiers/training.py", "distillation/distillation.py"
AT_THE_NEXT = """import gc, os
class Odd(dict):
    def clear(self): {}
for one in gc.get_objects():
    if type(one).__name__ == 'Child': one.objects = Odd(one.objects)"""
# What the one file does, and what the other leans on or expects, with the status of its problem.
BETWEEN = {
    "nothing": ("", "", "passed"),
    "the other part's file": ("", "import training", "failed"),
    "a file of the same name": ("import helper\nassert helper.VALUE == 1", "import helper\nassert helper.VALUE == 2", "passed"),
    "a module in its place": ("import sys, types\nsys.modules['distillation'] = types.ModuleType('distillation')", "", "passed"),
    "a module that raises when looked at": (
        "import sys\nclass Odd:\n    def __getattr__(self, name): raise RuntimeError(name)\nsys.modules['odd'] = Odd()",
        "",
        "passed",
    ),
    "the folder on the path": ("import os, sys\nsys.path.insert(0, os.getcwd())", "import training", "failed"),
    "the other part's file, read": ("", "exec(open('../student/training.py').read())", "failed"),
    "where it stands": ("", "print(__file__)", "passed"),
    "the end of the process": (AT_THE_NEXT.format("os._exit(3)"), "", "passed"),
    "an answer that nobody asked for": (AT_THE_NEXT.format("os.write(3, b'[' * 100_000)"), "", "passed"),
    "words of a process that ends": (AT_THE_NEXT.format("os.write(1, b'here'); os._exit(0)"), "", "passed"),
    "what is imported": ("import colorsys", "import colorsys\nassert colorsys.rgb_to_hsv(0, 0, 1)", "passed"),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> tuple[dict[str, str], dict[str, str]]:
    """Each problem in a child of its own, and in a shared one."""
    students = {}
    for name, (first, second, _) in BETWEEN.items():
        folder = students[name] = tmp_path_factory.mktemp("students") / "handed in"
        for part in ("classifiers", "distillation"):
            shutil.copytree(SOLUTIONS / part, folder / part, ignore=NOT_HANDED_IN)
            (folder / part / "helper.py").write_text(f"VALUE = {1 if part == 'classifiers' else 2}\n")
        for file, lines in ((ENDS, first), (BEGINS, second)):
            with Path(folder, file).open("a") as written:
                written.write(f"\n{lines}\n")
    one_each, shared = (both_ways.graded(students, ASKED, children) for children in ("problem", "submission"))
    return one_each, shared


@pytest.mark.parametrize("name", BETWEEN)
def test_the_next_part_finds_what_it_would_find_in_a_fresh_child(results, name):
    """No byte differs, and who leans on another part's file gets nothing for it."""
    one_each, shared = results
    assert one_each[name] == shared[name], both_ways.first_difference(one_each[name], shared[name])
    of_the_next = one_each[name].partition('"id": "distillation_loss"')[2]
    assert ('"status": "failed"' in of_the_next) == (BETWEEN[name][2] == "failed")
