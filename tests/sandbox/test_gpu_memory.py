"""A GPU is shared: how many grade at once follows from its memory, and whoever takes too much is stopped alone."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.classes.run import usable_jobs
from autograder.course import problems
from autograder.grading.options import Options
from autograder.sandbox import gpu
from autograder.sandbox.channel import Channel
from autograder.sandbox.faults import Crashed

PROBLEM = next(iter(problems()))
CODE = b"""
import time

def wait():
    time.sleep(3)

def one():
    return 1
"""


def driver(free_mib: int, held: dict[int, int]) -> SimpleNamespace:
    """NVIDIA's library as it answers on a machine with one GPU."""
    return SimpleNamespace(
        NVMLError=RuntimeError,
        nvmlInit=lambda: None,
        nvmlDeviceGetCount=lambda: 1,
        nvmlDeviceGetHandleByIndex=lambda number: number,
        nvmlDeviceGetMemoryInfo=lambda handle: SimpleNamespace(free=free_mib << 20),
        nvmlDeviceGetComputeRunningProcesses=lambda handle: [
            SimpleNamespace(pid=pid, usedGpuMemory=mib << 20) for pid, mib in held.items()
        ],
    )


@pytest.fixture
def pretend(monkeypatch):
    """Puts a library in the place of the real one."""

    def put(free_mib: int = 0, held: dict[int, int] | None = None) -> None:
        monkeypatch.setitem(sys.modules, "pynvml", driver(free_mib, held or {}))
        gpu._devices.cache_clear()

    yield put
    monkeypatch.undo()
    gpu._devices.cache_clear()


@pytest.mark.parametrize("free, jobs", [(100_000, 8), (20_000, 3), (1_000, 1)])
def test_jobs_fit_into_the_gpu(pretend, free, jobs):
    """Two contexts and what a problem may use, for each; at least one grades."""
    pretend(free)
    options = Options(Path(), (PROBLEM,), "cuda", 1)
    assert usable_jobs(8, 100, options) == jobs
    assert usable_jobs(8, 100, Options(Path(), (PROBLEM,), "cpu", 1)) == 8


def test_without_a_driver_nothing_is_known(monkeypatch):
    """And nothing is limited."""
    monkeypatch.setitem(sys.modules, "pynvml", None)
    gpu._devices.cache_clear()
    assert gpu.free_mib() is None and gpu.held_mib(os.getpid()) == 0
    assert usable_jobs(8, 100, Options(Path(), (PROBLEM,), "cuda", 1)) == 8
    gpu._devices.cache_clear()


def test_a_process_that_takes_too_much_is_stopped(pretend, hand_in, monkeypatch):
    """It is the child's own number that is asked for, and the reason is said."""
    student = hand_in(CODE)
    student.work.one()
    channel = student._channel
    assert isinstance(channel, Channel)
    monkeypatch.setattr(channel, "on_gpu", True)
    pretend(held={channel.host_pid: 5000, 1: 90_000})
    with pytest.raises(Crashed, match="used more than the 4096 MiB of the GPU's memory"):
        student.work.wait()
