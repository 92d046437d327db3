"""Deadlines on a machine with much else to do: only a student's own time counts."""
import time

import pytest

from autograder.sandbox import exchange, processes
from autograder.sandbox.faults import SandboxFault, TimedOut
from autograder.sandbox.limits import Limits

SLEEPS = "import time\ndef f(seconds):\n    time.sleep(seconds)\n    return 1\n"
SPINS = "import time\ndef f(seconds):\n    end = time.process_time() + seconds\n    while time.process_time() < end: pass\n    return 1\n"


@pytest.fixture
def delays(monkeypatch):
    """`delays(0.1)`: the kernel says that a child had a processor in a tenth of the time only."""
    def pretend(share: float) -> None:
        start = time.monotonic()
        monkeypatch.setattr(processes, "delayed_s", lambda pid: (1 - share) * (time.monotonic() - start))

    return pretend


def test_waiting_for_a_processor_uses_up_no_time(hand_in, delays):
    """A call that would be late by the clock on the wall is not."""
    student = hand_in(SLEEPS, Limits(check_s=1))
    student.start_check()
    delays(0.1)
    assert student.work.f(1.5) == 1
    assert student._left_s > 0.7


def test_a_child_that_never_gets_its_time_is_our_fault(hand_in, delays, monkeypatch):
    """It is not graded, and no zero."""
    student = hand_in(SLEEPS, Limits(check_s=0.4))
    student.start_check()
    monkeypatch.setattr(exchange, "STARVED_FACTOR", 2)
    delays(0.01)
    with pytest.raises(SandboxFault, match="too busy"):
        student.work.f(30)


def test_code_that_keeps_itself_from_a_processor_is_late(hand_in, delays, monkeypatch):
    """Threads of its own make its first one wait; what all of them used is its own time, and no fault of ours."""
    student = hand_in(SPINS, Limits(check_s=0.5))
    student.start_check()
    monkeypatch.setattr(exchange, "STARVED_FACTOR", 200)     # whatever else this machine does meanwhile
    delays(0.01)
    with pytest.raises(TimedOut, match="within 0.5 seconds"):
        student.work.f(60)


@pytest.mark.parametrize("code, words", [(SLEEPS, "it was waiting, not computing"), (SPINS, "within 0.5 seconds.$")])
def test_a_slow_call_is_late_all_the_same(hand_in, code, words):
    """With the kernel's real answer."""
    student = hand_in(code, Limits(check_s=0.5))
    student.start_check()
    started = time.monotonic()
    with pytest.raises(TimedOut, match=words):
        student.work.f(60)
    assert time.monotonic() - started < 30
