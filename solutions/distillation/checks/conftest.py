"""Lets the checks import the files of this part, and keeps the message of an unwritten task short (given)."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(call):
    """Show a task that is not written yet as one line.

    Args:
        call: what pytest knows about the check that just ran.
    """
    outcome = yield
    if call.excinfo is not None and call.excinfo.errisinstance(NotImplementedError):
        outcome.get_result().longrepr = str(call.excinfo.value)
