"""The order of the tests: what takes longest begins first, so that no worker is left alone with it at the end."""

import os

from tests.examples import pytest_ignore_collect  # noqa: F401
from tests.of_students import course, data  # noqa: F401   pytest finds fixtures by their names here

LONGEST_FIRST = (
    "tests/nbgrader/test_cycle",
    "tests/nbgrader/",
    "tests/attacks/",
    "tests/classes/",
    "tests/classifiers/test_samples",
    "tests/test_plants",
    "tests/test_",
)


def pytest_configure(config):
    """Without this, xdist would sort the files by their number of tests; and one grader's proof will do for all that are alike."""
    os.environ.setdefault("AUTOGRADER_PROVE", "kept")
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items):
    """Sort by how long a file takes, which is the same for every worker."""
    items.sort(key=lambda item: next((rank for rank, start in enumerate(LONGEST_FIRST) if item.nodeid.startswith(start)), 99))
