"""One warm process for the tests that need no class."""

import pytest

from autograder.sandbox.faults import SandboxFault
from autograder.sandbox.isolation import FULL
from autograder.sandbox.warm import WarmProcess

collect_ignore = ["submissions"]  # among them are a conftest.py and test files that students would like to be run


@pytest.fixture(scope="session")
def warm():
    """A warm process at full isolation."""
    process = WarmProcess(at_most=FULL)
    try:
        process.wait_until_ready()
    except SandboxFault as fault:
        pytest.skip(f"this machine does not offer full isolation: {fault}")
    yield process
    process.close()
