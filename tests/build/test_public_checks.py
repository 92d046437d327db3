"""What students read when they run `pytest checks` on their own machine, without the kit."""

import shutil

import pytest

from autograder.build import build
from autograder.build.tree import CHECKS_CONFTEST_SOURCE
from autograder.course import parts
from tests.public_checks import ALL_PASSED, messages, run_checks, solved

YOURS = {
    "right.py": "def f():\n    return 1\n",
    "unwritten.py": 'def f():\n    raise NotImplementedError("Task 7.1: f is not written yet")\n',
    "raises.py": "def helper():\n    return [][2]\n\n\ndef f():\n    return helper()\n",
    "wrong.py": "def f():\n    return 2\n",
    "nameless.py": "def g():\n    return 1\n",
    "broken.py": "def f(:\n    return 1\n",
    "arguments.py": "def f(x):\n    return 1\n",
    "asserts.py": "def f():\n    assert 1 > 2, 'one is small'\n",
    "silent.py": "def f():\n    return 3\n",
}
CHECK = '''\
"""Public checks."""


def test_gives_one():
    """It gives 1."""
    from {name} import f

    got = f()
    assert got == 1{message}
'''


THREADS = '''\
"""How many threads the checks compute with."""
import os

import torch


def test_one_thread():
    """It is one, and one for whatever is loaded later."""
    assert torch.get_num_threads() == 1 and os.environ["OMP_NUM_THREADS"] == "1"
'''


def part_with(folder, names):
    """A part with some of the files above, or none for a name that has none, and a check of each."""
    (folder / "checks").mkdir(parents=True)
    shutil.copy(CHECKS_CONFTEST_SOURCE, folder / "checks" / "conftest.py")
    for name in names:
        if f"{name}.py" in YOURS:
            (folder / f"{name}.py").write_text(YOURS[f"{name}.py"])
        message = "" if name == "silent" else ', f"f() returned {got}; it should be 1.\\nIs it 1?"'
        (folder / "checks" / f"test_{name}.py").write_text(CHECK.format(name=name, message=message))
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The output of every run that the tests below look at."""
    folder = tmp_path_factory.mktemp("students")
    build(assignment=folder / "stubs")
    every = part_with(folder / "every", [*(name.removesuffix(".py") for name in YOURS), "absent"])
    unreadable = part_with(folder / "unreadable", ["right"])
    (unreadable / "checks" / "test_other.py").write_text("import nonsense\n")
    threads = part_with(folder / "threads", [])
    (threads / "checks" / "test_threads.py").write_text(THREADS)
    return run_checks(
        folder,
        {
            "threads": (threads, ["checks"]),
            "every": (every, ["checks"]),
            "unreadable": (unreadable, ["checks"]),
            "long": (every, ["checks/test_raises.py", "--tb=short"]),
            "stubs": (folder / "stubs", []),
            **{f"{part.id}, solved": (solved(folder, "whole", part.id, {}), ["checks"]) for part in parts()},
        },
    )


@pytest.mark.parametrize(
    "name, words",
    [
        ("wrong", "f() returned 2; it should be 1.\n            Is it 1?\n"),
        ("raises", "stopped in your raises.py, line 2: IndexError: list index out of range\n                    return [][2]\n"),
        ("nameless", "nameless.py has no `f`.\n"),
        ("broken", "your broken.py, line 1 is not valid Python: "),
        ("absent", "There is no module `absent`: is a file missing here, or a package not installed?\n"),
        ("arguments", "stopped in checks/test_arguments.py, line 8: TypeError: f() missing 1 required"),
        ("asserts", "stopped in your asserts.py, line 2: AssertionError: one is small\n"),
        ("silent", "assert 3 == 1\n"),
    ],
)
def test_each_failure_is_a_few_words(runs, name, words):
    """The check's title, the cause, and the student's own line where there is one; never a traceback."""
    assert messages(runs["every"])[name].startswith(f"  FAILED  It gives 1\n            {words}")


def test_a_gap_is_one_line(runs):
    """And what passes is not mentioned."""
    assert messages(runs["every"])["unwritten"] == "  TO DO   Task 7.1: f is not written yet (1 check)\n"
    assert "right" not in messages(runs["every"])


def test_the_last_words_say_how_many_passed_and_that_there_are_hidden_checks(runs):
    """Once for all, after the failures; nothing of pytest's own long reports before."""
    assert "1 of 10 public checks passed; the hidden checks run after the deadline.\n" in runs["every"]
    for wall in ("Traceback", "FAILURES", "short test summary", ">   "):
        assert wall not in runs["every"]


def test_whole_tracebacks_are_there_for_who_asks(runs):
    """`--tb=short` gives pytest's own report."""
    assert "FAILURES" in runs["long"] and "in helper" in runs["long"]


def test_public_checks_compute_with_one_thread(runs):
    """Whatever the student's shell asks for: with several, small networks are slow on a busy laptop."""
    assert "\n1 public check passed" in "\n" + runs["threads"], runs["threads"]


def test_checks_that_cannot_be_read_are_said_too(runs):
    """A wrong import above all checks of a file."""
    assert "There is no module `nonsense`" in runs["unreadable"] and "Traceback" not in runs["unreadable"]


def test_every_stub_says_that_it_is_not_written_yet(runs):
    """All parts at once, from the assignment's top folder: every problem's check names its task, nothing else fails."""
    output = runs["stubs"]
    assert "FAILED" not in output and "Traceback" not in output
    for part in parts():
        said = output.split(f"= {part.id} =")[1]
        for problem in part.problems:
            assert f"checks/test_{problem.id}.py" in said and f"TO DO   Task {problem.number}: " in said
    assert output.count("the hidden checks run after the deadline.") == len(parts())


@pytest.mark.parametrize("part", [part.id for part in parts()])
def test_the_solution_passes_every_public_check(runs, part):
    """Of each part."""
    assert ALL_PASSED.search(runs[f"{part}, solved"]), runs[f"{part}, solved"]
