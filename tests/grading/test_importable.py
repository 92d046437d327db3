"""What students' files may import is the same wherever they are graded, and is said alike wherever it is said."""

import re

import pytest

from autograder.gradescope.upload import requirements
from autograder.installation import ONLY_FOR_CLASSES, trouble
from autograder.places import KIT_ROOT
from autograder.sandbox.confined.modules import PACKAGES, packages_in_words
from autograder.sandbox.reports import _HINTS


def test_what_may_be_imported_is_installed_everywhere(monkeypatch):
    """It is required of this machine, where each command names what is missing, and of Gradescope's."""
    there = {re.split(r"[^\w.-]", line)[0].lower() for line in requirements()}
    assert {name.lower() for name in PACKAGES.values()} <= there
    assert not {name.lower() for name in PACKAGES.values()} & ONLY_FOR_CLASSES
    assert trouble() == ""
    for module, name in PACKAGES.items():
        monkeypatch.setattr("autograder.installation._is_installed", lambda found, name=name: found.lower() != name.lower())
        assert trouble(ONLY_FOR_CLASSES).lower().startswith(f"{name.lower()} is not installed for"), module


@pytest.mark.parametrize("place", ["docs/classes.md", "assignment/README.md"])
def test_what_may_be_imported_is_said_alike(place):
    """In the pages of staff and students, and to whoever imports something else."""
    said = " ".join((KIT_ROOT / place).read_text(encoding="utf-8").split())
    assert f"may import {packages_in_words()}" in said
    assert packages_in_words() in _HINTS["ModuleNotFoundError"]


def test_the_students_own_repository_has_it_too():
    """The workflow that runs the public checks installs it."""
    installed = (KIT_ROOT / "assignment" / ".github" / "workflows" / "checks.yml").read_text(encoding="utf-8")
    assert all(re.search(rf"install .*\b{name.lower()}\b", installed) for name in PACKAGES.values())
