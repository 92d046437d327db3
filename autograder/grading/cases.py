"""What the end of a check means, and what took part in it."""

import platform
import sys

import numpy as np
import pytest
import torch

from ..judge.expect import CheckFailed
from ..results.record import Case
from ..results.statuses import OUR_FAULT
from ..sandbox.faults import SandboxFault, StudentFault
from ..sandbox.plain_text import harmless
from .causes import place_of


def label_of(item: pytest.Item) -> str:
    """The name of a case of a check: its parameters in words; empty for a check that has none."""
    return item.callspec.id if hasattr(item, "callspec") else ""


def case_from(error: BaseException) -> Case:
    """Sort an exception that ended a check: whose fault is it, and what does the student read?"""
    if isinstance(error, StudentFault):
        return Case("", error.status, harmless(error.message), harmless(error.details))
    if isinstance(error, CheckFailed):
        return Case("", "failed", harmless(error.message))
    if isinstance(error, (KeyboardInterrupt, pytest.exit.Exception)):
        raise error
    kind = "" if isinstance(error, SandboxFault) else f"{type(error).__name__}: "
    said = f"{kind}{error}".removesuffix(": ")
    return Case("", "not graded", OUR_FAULT, harmless(f"{place}: {said}" if (place := place_of(error)) else said))


def versions() -> dict[str, str]:
    """What took part in grading, for reproducing a result."""
    from importlib.metadata import PackageNotFoundError, version

    found = {
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "numpy": np.__version__,
        "pytest": pytest.__version__,
        "platform": sys.platform,
    }
    try:
        found["autograder"] = version("autograder")
    except PackageNotFoundError:
        found["autograder"] = "not installed"
    return found
