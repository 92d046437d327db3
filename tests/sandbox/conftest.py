"""One warm process a level for all tests of the sandbox, and submissions made of a few lines of code."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.sandbox.faults import SandboxFault
from autograder.sandbox.isolation import Isolation
from autograder.sandbox.limits import Limits
from autograder.sandbox.student import Student
from autograder.sandbox.warm import WarmProcess

sys.path.append(str(Path(__file__).parent))


@pytest.fixture(scope="session")
def warm_at() -> Iterator[Callable[[str], WarmProcess]]:
    """`warm_at("reduced")`: the warm process at a level, or a skip that says what this machine lacks.

    Each starts when it is first asked for, since most files need one of them.
    """
    started: dict[str, WarmProcess] = {}

    def ready(level: str) -> WarmProcess:
        try:
            if level not in started:
                started[level] = WarmProcess(at_most=Isolation(level, "" if level == "full" else "asked for by a test"))
            started[level].wait_until_ready()
        except SandboxFault as fault:
            pytest.skip(f"this machine does not offer the isolation {level}: {fault}")
        return started[level]

    yield ready
    for process in started.values():
        process.close()


@pytest.fixture(scope="session")
def warm(warm_at: Callable[[str], WarmProcess]) -> WarmProcess:
    """The warm process at full isolation."""
    return warm_at("full")


@pytest.fixture
def hand_in(request: pytest.FixtureRequest) -> Iterator[Callable[..., Student]]:
    """`hand_in("def f(): ...")`: a submission of this work.py, or of these files; its child ends with the test."""
    students: list[Student] = []

    def handed_in(work: str | bytes | dict, limits: Limits | None = None, seed: int = 1, on: WarmProcess | None = None) -> Student:
        files = work if isinstance(work, dict) else {"work.py": work}
        files = {name: text.encode() if isinstance(text, str) else text for name, text in files.items()}
        setup = {"declared": ["work", "models"], "seed": seed, "device": "cpu"}
        process = on or request.getfixturevalue("warm")
        students.append(Student(process, files, ["work.py", "models/net.py"], setup, limits or Limits(check_s=20)))
        return students[-1]

    yield handed_in
    for student in students:
        student.close()
