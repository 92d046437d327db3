"""A GPU is shared: how many grade at once follows from its memory, and whoever takes too much is stopped alone."""
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from autograder.classes.run import usable_jobs
from autograder.grading.options import Options
from autograder.sandbox import gpu
from autograder.sandbox.channel import Channel
from autograder.sandbox.faults import Crashed
from autograder.sandbox.limits import Limits
from autograder.sandbox.student import Student
from autograder.sandbox.warm import WarmProcess

CODE = b"""
import time
import torch
held = []

def wait():
    time.sleep(3)

def take(mib):
    held.append(torch.zeros(mib << 18, device="cuda"))

def one():
    return 1
"""


def driver(free_mib: int, held: dict[int, int]) -> SimpleNamespace:
    """NVIDIA's library as it answers on a machine with one GPU."""
    return SimpleNamespace(
        NVMLError=RuntimeError, nvmlInit=lambda: None, nvmlDeviceGetCount=lambda: 1, nvmlDeviceGetHandleByIndex=lambda number: number,
        nvmlDeviceGetMemoryInfo=lambda handle: SimpleNamespace(free=free_mib << 20),
        nvmlDeviceGetComputeRunningProcesses=lambda handle: [
            SimpleNamespace(pid=pid, usedGpuMemory=mib << 20) for pid, mib in held.items()])


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
    options = Options(Path(), ("softmax",), "cuda", 1)
    assert usable_jobs(8, 100, options) == jobs
    assert usable_jobs(8, 100, Options(Path(), ("softmax",), "cpu", 1)) == 8


def test_without_a_driver_nothing_is_known(monkeypatch):
    """And nothing is limited."""
    monkeypatch.setitem(sys.modules, "pynvml", None)
    gpu._devices.cache_clear()
    assert gpu.free_mib() is None and gpu.held_mib(os.getpid()) == 0
    assert usable_jobs(8, 100, Options(Path(), ("softmax",), "cuda", 1)) == 8
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


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_on_a_real_gpu_only_the_hungry_one_is_stopped():
    """Two children share the GPU; one goes past its limit."""
    warm = WarmProcess("cuda")
    setup = {"declared": ["work"], "seed": 1, "device": "cuda"}
    try:
        hungry, modest = (Student(warm, {"work.py": CODE}, ["work.py"], setup, Limits(check_s=60, gpu_memory_mib=2048))
                          for _ in range(2))
        modest.work.take(64)
        with pytest.raises(Crashed, match="GPU's memory"):
            hungry.work.take(6000)
            hungry.work.wait()
        assert modest.work.one() == 1
    finally:
        warm.close()
