"""Promises about what stays behind when a student has been graded: nothing."""

import os
import subprocess
import time

import pytest
from misbehaving import SHORT, f

from autograder.sandbox.faults import Crashed, StudentFault


def descendants(root: int) -> dict[int, str]:
    """Every process below one, with its state; one that has ended and only waits to be asked how is none."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,stat="], capture_output=True, text=True).stdout.splitlines()
    rows = [(int(pid), int(parent), state) for pid, parent, state in map(str.split, listed) if "Z" not in state]
    found = {root: ""}
    for _ in rows:
        found |= {pid: state for pid, parent, state in rows if parent in found}
    return found


def test_nothing_is_left_running(hand_in, warm):
    """After loops, threads, sleepers and floods were ended, the warm process has one child: the one that waits for the next."""
    for body in (
        "while True: pass",
        "time.sleep(100)",
        "[threading.Thread(target=time.sleep, args=(99,)).start() for _ in range(9)]; os._exit(0)",
        "while True: os.write(1, b'x' * 65536)",
    ):
        student = hand_in(f(body), limits=SHORT)
        with pytest.raises(StudentFault):
            student.work.f()
        student.close()
    hand_in(f("pass")).work.g()
    last = time.monotonic() + 5
    while len(here := descendants(warm.process.pid)) > 5 and time.monotonic() < last:
        time.sleep(0.1)
    # bubblewrap outside, bubblewrap inside, the warm process, the child at hand and the one forked ahead
    assert len(here) <= 5, here


def test_no_descriptor_is_left_open(hand_in, warm):
    """Students, dead or alive, leave no socket, pipe or handle behind in the grading process."""

    def crash() -> None:
        student = hand_in(f("os._exit(0)"))
        with pytest.raises(Crashed):
            student.work.f()
        student.work.g()
        student.close()

    crash()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(4):
        crash()
    assert len(os.listdir("/proc/self/fd")) == before
