"""Promises about faults of the machine while a student's code runs: they are ours, whoever was being graded."""

import os
import signal
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.grading.options import Options
from autograder.conftest import Pages
from autograder.course import KIT_ROOT
from autograder.results.record import SubmissionResult
from autograder.sandbox.faults import Crashed, SandboxFault, StudentFault
from autograder.sandbox.limits import Limits
from autograder.sandbox.student import Student

WORK = """
import time

def wait():
    time.sleep(30)

def eat():
    kept = [bytearray(1 << 20) for _ in range(220)]
    time.sleep(30)

def one():
    return 1
"""


@pytest.fixture
def student(warm):
    """A student whose functions wait, eat and answer."""
    made = Student(
        warm,
        {"work.py": WORK.encode()},
        ["work.py"],
        {"declared": ["work"], "seed": 1, "device": "cpu"},
        Limits(check_s=20, memory_mib=300),
    )
    yield made
    made.close()


def kill_from_outside(student: Student, after_s: float) -> None:
    """What the out-of-memory killer does: SIGKILL, at some moment of the next call."""
    fork = student._channel.fork
    threading.Timer(after_s, lambda: signal.pidfd_send_signal(fork.pidfd, signal.SIGKILL)).start()


def test_a_child_that_the_machine_kills_is_a_fault_of_ours(student):
    """Code that was not near its limit of memory did nothing to be killed for; the check is tried again, not scored."""
    assert student.work.one() == 1
    kill_from_outside(student, 0.3)
    with pytest.raises(SandboxFault, match="a child was killed from outside; is this machine short of memory"):
        student.work.wait()
    assert student.work.one() == 1


def test_a_child_that_ate_its_memory_is_a_fault_of_its_own(student):
    """Killed near its own limit, it is not graded as our fault."""
    assert student.work.one() == 1
    kill_from_outside(student, 5)
    with pytest.raises(StudentFault) as caught:
        student.work.eat()
    assert isinstance(caught.value, Crashed) and "SIGKILL, as happens when a program asks for more memory" in caught.value.message


def test_a_system_call_that_is_interrupted_goes_on(student):
    """Signals that the grading process handles, such as a changed window, do not end a call."""
    before = signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    try:
        last = time.monotonic() + 1
        while time.monotonic() < last:
            assert student.work.one() == 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_no_deadline_follows_the_clock_on_the_wall():
    """A clock that jumps moves no deadline: only the monotonic one is read where students' code is waited for."""
    with_an_age = {"kept_proof.py"}  # how old a file of an earlier run is; nobody's code is waited for there
    for folder in ("sandbox", "grading", "submission"):
        for path in (path for path in (KIT_ROOT / "autograder" / folder).rglob("*.py") if path.name not in with_an_age):
            text = path.read_text(encoding="utf-8")
            assert "time.time()" not in text and "datetime.now" not in text, path


def test_a_result_that_cannot_be_written_is_not_a_result():
    """On a full disk the run ends with status 3 and says which file it could not write."""
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    result = SubmissionResult("ann", [], 1, "cpu", "full", {})
    options = Options(Path("ann"), (), "cpu", 1, results=Path("/dev/full"))
    writing = Pages(SimpleNamespace(options=options, unproved=""), [result]).pytest_sessionfinish()
    next(writing)
    with pytest.raises(pytest.exit.Exception, match="the result cannot be written .No space left on device") as caught:
        next(writing)
    assert caught.value.returncode == 3
