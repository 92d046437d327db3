"""Warm processes whose children have the plan of a GPU: on every machine, since the plan asks for no GPU."""

from collections.abc import Callable, Iterator

import pytest

from autograder.sandbox.faults import SandboxFault
from autograder.sandbox.isolation import Isolation
from autograder.sandbox.limits import Limits
from autograder.sandbox.student import Student
from autograder.sandbox.warm import WarmProcess

from . import device

LEVELS = ("full", "reduced")


@pytest.fixture(scope="session")
def warm_on() -> Iterator[Callable[[str, str], WarmProcess]]:
    """`warm_on("cuda", "reduced")`: a warm process for a device at a level, or a skip that says what this machine lacks.

    One process a level serves both devices, since the plan is each child's own: what it gets is settled at its first call.
    """
    started: dict[str, WarmProcess] = {}

    def ready(device: str, level: str) -> WarmProcess:
        try:
            if level not in started:
                started[level] = WarmProcess("cuda", at_most=Isolation(level, "" if level == "full" else "asked for by a test"))
            started[level].wait_until_ready()
        except SandboxFault as fault:
            pytest.skip(f"this machine does not offer the isolation {level}: {fault}")
        started[level].device = device
        return started[level]

    yield ready
    for process in started.values():
        process.close()


@pytest.fixture
def hand_in() -> Iterator[Callable[..., Student]]:
    """`hand_in(warm, b"def f(): ...")`: a submission of this work.py; its child ends with the test."""
    students: list[Student] = []

    def handed_in(warm: WarmProcess, work: bytes, device: str = "cpu", limits: Limits | None = None, seed: int = 1) -> Student:
        setup = {"declared": ["work"], "seed": seed, "device": device}
        students.append(Student(warm, {"work.py": work}, ["work.py"], setup, limits or Limits(check_s=60)))
        return students[-1]

    yield handed_in
    for student in students:
        student.close()


@pytest.fixture(scope="module")
def stand_in(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of the device that stands in for a GPU; it is compiled once for each torch, not in each run.

    Warm processes that are started after these tests have nothing of it, not even its folder in their command line.
    """
    cache = getattr(request.config, "cache", None)  # none with `-p no:cacheprovider`
    folder = cache.mkdir("device-that-stands-in") if cache else tmp_path_factory.mktemp("device")
    with device.found(folder) as name:
        yield name
