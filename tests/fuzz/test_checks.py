"""Promises of every hidden check: whatever a student's code returns, it is graded, with a sentence, and costs no more than usual."""

import datetime
import shutil

import pytest
from autograder.course import problems
from autograder.grading import stumbles
from autograder.sandbox.faults import SandboxFault

from .checks import Findings, grade, sample, trials

FEW, OF_PROBLEMS, NIGHTLY = 12, 2, 6  # all 15,000 take hours: python -m tests.fuzz checks


def test_odd_values_are_graded_with_a_sentence(pytestconfig):
    """Other problems, places and values each day, more of them with --nightly; the seed in the message gives them again."""
    if not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed")
    seed, found = datetime.date.today().toordinal(), Findings()
    times = NIGHTLY if pytestconfig.option.nightly else 1
    grade(sample(trials(problems()), times * FEW, seed, times * OF_PROBLEMS), found)
    assert found.trials == times * FEW and not found.wrong, f"python -m tests.fuzz checks --seed {seed}: " + "\n".join(found.wrong)


def test_every_problem_has_places_where_values_come_back():
    """What is declared is replaced: functions, classes, methods, attributes, parameters."""
    found = {name: {trial.place for trial in trials([name])} for name in problems()}
    assert all(found.values()), found
    for name, places in found.items():
        assert set(problems()[name].symbols) <= {place.partition(".")[0] for place in places}, name


NUMBER, TENSOR, WITH_NAN = (
    frozenset({kind}) for kind in ("a number", "a tensor of dtype float32", "a tensor of dtype float32 with NaN")
)


@pytest.mark.parametrize(
    "error, theirs, passed, words",
    [
        (
            ValueError(),
            [("f()", NUMBER), ("g()", WITH_NAN)],
            True,
            "g() returned a tensor of dtype float32 with NaN, which could not be judged; a tensor of dtype float32 was to come back.",
        ),
        (ValueError(), [("f()", NUMBER), ("g()", TENSOR)], True, ""),  # the solution's kinds: our check has a fault
        (ValueError(), [("f()", NUMBER), ("g()", WITH_NAN)], False, ""),  # it stumbles over the solution, too
        (SandboxFault("the warm process died"), [("g()", WITH_NAN)], True, ""),
        (
            MemoryError(),
            [("f()", NUMBER), ("g()", TENSOR)],
            True,
            "What g() returned takes more memory or time to judge than any right answer does.",
        ),
    ],
)
def test_a_check_that_stumbles_is_ours_unless_an_odd_value_came_back(error, theirs, passed, words):
    """Only what differs in kind from what the solution gives, while the check passes on the solution, is its author's fault."""
    assert stumbles.explained(error, theirs, [("f()", NUMBER), ("g()", TENSOR)], passed) == words


def test_judging_has_bounds_of_its_own(monkeypatch):
    """Memory and processor time of the grading process, for one check; afterwards there are none."""
    monkeypatch.setattr(stumbles, "JUDGING_MIB", 64)
    with stumbles.bounded(memory=True), pytest.raises(MemoryError):
        bytearray(1 << 30)
    assert len(bytearray(1 << 28)) == 1 << 28
    monkeypatch.setattr(stumbles, "JUDGING_CPU_S", 0.2)
    with pytest.raises(stumbles.TooCostly), stumbles.bounded(memory=False):
        while True:
            pass
