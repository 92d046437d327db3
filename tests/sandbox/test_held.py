"""Promises about what stands for a student's names and objects: several calls in one request, functions fetched once."""

import pytest

from autograder.sandbox.faults import Crashed, Raised
from autograder.sandbox.held import Held, in_turn

COUNTER = """
import os

class Counter:
    def __init__(self):
        self.total = 0

    def add(self, number, way="plain"):
        if number < 0:
            raise ValueError("less than nothing")
        if number > 99:
            os._exit(3)
        self.total += number
        return self.total if number else self
"""


def test_several_calls_in_one_request_are_those_calls(hand_in):
    """Their answers come in order, an object among them stays in the child, and nothing is called after an exception."""
    student = hand_in(COUNTER)
    counter = student.work.Counter()
    first, itself, last = in_turn(counter.add, [(1,), (0,), (2, "plain")])
    assert (first, last) == (1, 3) and isinstance(itself, Held) and itself.total.fetch() == 3
    with pytest.raises(Raised, match=r"^Counter\(\)\.add\(-5\) stopped in your work.py, line 10: ValueError: less than nothing"):
        in_turn(counter.add, [(4,), (-5,), (6,)])
    assert counter.total.fetch() == 7
    with pytest.raises(Crashed, match=r"^Counter\(\)\.add\(1\) and 2 more calls ended the whole program"):
        in_turn(counter.add, [(1,), (100,), (1,)])
    with pytest.raises(Crashed, match="its process had ended before"):
        in_turn(counter.add, [(1,)])


def test_a_function_is_fetched_once_from_each_child(hand_in):
    """What a name stands for is not asked again, unless it is a value or the child is another one."""
    student = hand_in("import os\nn = 1\ndef f():\n    global n\n    n += 1\ndef stop(): os._exit(1)")
    kept = student.work.f.fetch()
    assert student.work.f.fetch() is kept
    assert student.work.n.fetch() == 1
    kept()
    assert student.work.n.fetch() == 2
    with pytest.raises(Crashed):
        student.work.stop()
    again = student.work.f.fetch()
    assert again is not kept and again() is None
