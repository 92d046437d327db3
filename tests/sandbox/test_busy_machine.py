"""Deadlines on a machine with much else to do: only a student's own time counts."""

import time
from dataclasses import replace

import pytest

from autograder.sandbox import own_time, processes
from autograder.sandbox.faults import SandboxFault, TimedOut
from autograder.sandbox.limits import Limits
from autograder.sandbox.own_time import Reading, Verdict

SLEEPS = "import time\ndef f(seconds):\n    time.sleep(seconds)\n    return 1\n"
SPINS = "import time\ndef f(seconds):\n    end = time.process_time() + seconds\n    while time.process_time() < end: pass\n    return 1\n"


@pytest.fixture
def delays(monkeypatch):
    """`delays(0.01)`: the kernel says that a child had a processor in a hundredth of the time only."""

    def pretend(share: float) -> None:
        start, honest = time.monotonic(), processes.Clocks.reading

        def reading(clocks: processes.Clocks) -> Reading:
            return replace(honest(clocks), child_waited=(1 - share) * (time.monotonic() - start), host_waited=0.0)

        monkeypatch.setattr(processes.Clocks, "reading", reading)

    return pretend


def test_waiting_for_a_processor_uses_up_no_time(hand_in, delays):
    """A call that would be late by the clock on the wall is not."""
    student = hand_in(SLEEPS, Limits(check_s=1))
    student.start_check()
    delays(0.01)
    assert student.work.f(1.5) == 1
    assert student._left_s > 0.7


def test_a_child_that_never_gets_its_time_is_our_fault(hand_in, delays, monkeypatch):
    """It is not graded, and no zero."""
    student = hand_in(SLEEPS, Limits(check_s=0.4))
    student.start_check()
    monkeypatch.setattr(own_time, "STARVED_FACTOR", 2)
    monkeypatch.setattr(own_time, "STARVED_LEAST_S", 0)
    delays(0.01)
    with pytest.raises(SandboxFault, match="too busy"):
        student.work.f(30)


def test_code_that_keeps_itself_from_a_processor_is_late(hand_in, delays, monkeypatch):
    """Threads of its own make its first one wait; what all of them used is its own time, and no fault of ours."""
    student = hand_in(SPINS, Limits(check_s=0.5))
    student.start_check()
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


START = Reading(wall=100.0, child_waited=5.0, host_waited=2.0, child_cpu=1.0)


@pytest.mark.parametrize(
    "wall, child_waited, host_waited, child_cpu, verdict",
    [
        (1.0, 0.0, 0.0, 0.5, Verdict.WAIT),  # nothing else runs
        (2.0, 0.0, 0.0, 0.0, Verdict.LATE),  # it sleeps
        (2.0, 0.0, 0.0, 2.0, Verdict.LATE),  # it computes
        (32.0, 31.0, 0.0, 1.0, Verdict.WAIT),  # load 32: it had a processor for one second
        (64.0, 62.0, 0.0, 2.0, Verdict.LATE),  # load 32: it had one for two
        (32.0, 0.0, 31.5, 0.5, Verdict.WAIT),  # it has answered, and this process could not read that
        (40.0, 20.0, 19.0, 0.5, Verdict.WAIT),  # both
        (40.0, 39.9, 0.0, 2.5, Verdict.LATE),  # threads of its own keep its first one waiting
        (239.0, 238.9, 0.0, 0.1, Verdict.WAIT),
        (241.0, 240.9, 0.0, 0.1, Verdict.STARVED),
        (241.0, 0.0, 0.0, 0.1, Verdict.LATE),  # it was stopped, by itself or by a debugger: nobody kept a processor from it
    ],
)
def test_whose_fault_it_is_follows_from_the_clocks_alone(wall, child_waited, host_waited, child_cpu, verdict):
    """Two seconds are allowed; what passes on the wall while others have the processors decides nothing."""
    now = Reading(
        START.wall + wall, START.child_waited + child_waited, START.host_waited + host_waited, START.child_cpu + child_cpu
    )
    assert own_time.verdict(START, now, 2.0) is verdict


@pytest.mark.parametrize("load", [1, 16, 64])
def test_a_hog_gets_the_same_verdict_whatever_the_load(load):
    """A child that would compute for ever, looked at every 50 ms of the wall: late after its own two seconds, never our fault."""
    wall = 0.0
    while (
        found := own_time.verdict(START, Reading(100 + wall, 5 + wall * (1 - 1 / load), 2, 1 + wall / load), 2.0)
    ) is Verdict.WAIT:
        wall += 0.05
    assert found is Verdict.LATE and wall == pytest.approx(2 * load, rel=0.05)
