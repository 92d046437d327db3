"""Rows of numbers, and whether scalers share what they measure: what the checks of the scaler and of the statistics both begin with."""

import contextlib
from weakref import WeakKeyDictionary

import pytest

from autograder.judge.expect import in_words
from autograder.sandbox.faults import StudentFault
from autograder.sandbox.student import begin_anew

from .scalers import NAMES, draw_rows

MEANS, SPREADS = [30.0, -400.0, 7.0], [3.0, 9.0, 0.4]
_SHARED: WeakKeyDictionary = WeakKeyDictionary()  # whether a student's scalers share their state


@pytest.fixture(scope="module")
def rows(pick):
    """Forty rows of three features."""
    return draw_rows(pick("rows of the scaler"), 40, MEANS, SPREADS)


@pytest.fixture(autouse=True)
def apart(student, rows):
    """Whether scalers share what they measure: if so, every check gets a process of its own."""

    def shared():
        with contextlib.suppress(StudentFault):
            one, other = (student.standard_scaler.StandardScaler() for _ in range(2))
            before = student.probe("attributes", other, NAMES[0])
            one.fit(rows)
            after = student.probe("attributes", other, NAMES[0])
            return before.keys() != after.keys() or bool(before) and in_words(before[NAMES[0]]) != in_words(after[NAMES[0]])
        return False

    if student not in _SHARED:
        _SHARED[student] = shared()
    if _SHARED[student]:
        begin_anew(student)
    return not _SHARED[student]
