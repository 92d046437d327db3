"""Promises about code that hangs: it is ended in time, and only its own time counts."""

import time

import pytest
from misbehaving import SHORT, f

from autograder.sandbox import exchange
from autograder.sandbox.faults import StudentFault, TimedOut
from autograder.sandbox.limits import Limits


def test_a_grader_that_was_stopped_takes_the_answer_that_waits_for_it(hand_in, monkeypatch):
    """Ctrl-Z and fg, or a machine that swaps: an answer that came in time is not late because we were."""
    student = hand_in(f("return 'f'"), limits=SHORT)
    assert student.work.g() == "g"
    honest = exchange.Exchange._send

    def send_and_be_stopped(exchange):
        honest(exchange)
        time.sleep(2 * SHORT.check_s)

    monkeypatch.setattr(exchange.Exchange, "_send", send_and_be_stopped)
    assert student.work.f() == "f"


HANGS = {
    "a loop": "while True: pass",
    "a loop that holds the interpreter lock": "import itertools; all(itertools.repeat(True))",
    "a regular expression": "import re; re.match('(a+)+$', 'a' * 40 + 'b')",
    "a loop inside of torch": "x = torch.ones(3000, 3000)\n    while True: x = x @ x",
    "sleep": "time.sleep(100)",
    "a lock": "threading.Lock().acquire(); l = threading.Lock(); l.acquire(); l.acquire()",
    "a loop that catches everything": "while True:\n        try:\n            while True: pass\n        except BaseException: pass",
    "ignored signals": "[signal.signal(s, signal.SIG_IGN) for s in range(1, 32) if s not in (9, 19)]\n    while True: pass",
    "a stop": "os.kill(os.getpid(), 19); time.sleep(100)",
    "reading standard input": "sys.stdin.read(); time.sleep(100)",
    "a flood of output": "while True: os.write(1, b'x' * 65536)",
    "a flood from many threads": "write = lambda: [os.write(2, b'y' * 65536) for _ in iter(int, 1)]\n"
    "    [threading.Thread(target=write).start() for _ in range(4)]\n"
    "    time.sleep(100)",
    "threads that go on": "threading.Thread(target=lambda: [None for _ in iter(int, 1)]).start(); time.sleep(100)",
    "a debugger": "breakpoint(); time.sleep(100)",
}


@pytest.mark.parametrize("name", HANGS)
def test_a_call_that_never_returns_is_ended_in_time(hand_in, name):
    """With or without the interpreter lock, busy or waiting: the deadline holds and the next function runs."""
    student = hand_in(f(HANGS[name]), limits=SHORT)
    started = time.monotonic()
    with pytest.raises(StudentFault) as caught:
        student.work.f()
    assert time.monotonic() - started < 60
    assert isinstance(caught.value, TimedOut) or name in ("a debugger", "a stop")
    assert "within 0.6 seconds" in caught.value.message or not isinstance(caught.value, TimedOut)
    student.start_check()
    assert student.work.g() == "g"


def test_a_waiting_call_is_told_from_a_computing_one(hand_in):
    """The message says when the code was not even computing."""
    with pytest.raises(TimedOut, match=r"f\(\) gave no answer within 0.6 seconds; it was waiting, not computing\."):
        hand_in(f("time.sleep(100)"), limits=SHORT).work.f()


def test_after_some_timeouts_the_rest_is_not_tried(hand_in):
    """A submission that hangs in every function costs a class minutes, not hours."""
    names = ["a", "b", "c", "d"]
    student = hand_in(
        "import time\n" + "\n".join(f"def {name}(): time.sleep(100)" for name in names),
        limits=Limits(check_s=0.5, timeouts=2),
    )
    started = time.monotonic()
    messages = []
    for name in names:
        student.start_check()
        with pytest.raises(TimedOut) as caught:
            getattr(student.work, name)()
        messages.append(caught.value.message)
    assert time.monotonic() - started < 5 and "c() was not tried: earlier calls of this problem had run out of time." in messages


def test_a_call_after_the_checks_time_is_not_tried_and_the_next_check_has_its_own(hand_in):
    """It would get less time the busier the machine is; the process goes on."""
    student = hand_in(f("return threading.get_native_id()").replace("return 'g'", "time.sleep(9)"), limits=SHORT)
    first = student.work.f()
    with pytest.raises(TimedOut):
        student.work.g()
    with pytest.raises(TimedOut, match=r"f\(\) was not tried: earlier calls had used up the 0.6 seconds that this check has\."):
        student.work.f()
    student.start_check()
    with pytest.raises(TimedOut, match=r"g\(\) gave no answer"):
        student.work.g()
    student.start_check()
    assert student.work.f() == first


def test_sleeping_in_each_call_does_not_keep_a_grader(hand_in):
    """Each check has its own time, and all of them together have one, too; what is left is not tried, and said so."""
    student = hand_in(f("time.sleep(0.4); return 1"), limits=Limits(check_s=1.0, problem_s=1.5))
    with pytest.raises(
        TimedOut, match=r"the 1.5 seconds that all checks of a problem have together"
    ):  # while it ran, or just before
        for _ in range(20):
            student.start_check()
            student.work.f()
    student.start_check()
    with pytest.raises(
        TimedOut, match=r"g\(\) was not tried: the 1.5 seconds that all checks of a problem have together were used up\."
    ):
        student.work.g()
    assert student.used_s >= 1.4


def test_only_waiting_for_the_student_uses_up_a_checks_time(hand_in):
    """Our own computing between two calls, and setting up a child, are not charged."""
    student = hand_in(f("time.sleep(0.3); return 1"), limits=Limits(check_s=1.0))
    student.start_check()
    assert student.work.g() == "g"
    time.sleep(1.2)
    assert student.work.f() == 1
    student.start_check(0.5)
    with pytest.raises(TimedOut, match="within 0.5 seconds"):
        for _ in range(5):
            student.work.f()
