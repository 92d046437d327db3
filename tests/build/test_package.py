"""What an installed kit holds: every module and every template, page and script below its packages."""

import ast
import os
from pathlib import Path

import pytest
from setuptools import Distribution

from autograder.classes import fingerprint
from autograder.course import KIT_ROOT

PACKAGES = ("autograder", "data_scripts")


@pytest.fixture
def packed(monkeypatch) -> set[Path]:
    """The files that setuptools would put into a wheel, relative to the kit; nothing is built."""
    monkeypatch.chdir(KIT_ROOT)
    distribution = Distribution({"script_name": "setup.py"})
    distribution.parse_config_files(["setup.cfg"])
    command = distribution.get_command_obj("build_py")
    command.ensure_finalized()
    modules = {Path(file) for _, _, file in command.find_all_modules()}
    return modules | {Path(folder, name) for _, folder, _, names in command.data_files for name in names}


def test_a_wheel_holds_every_file_of_the_packages(packed):
    """A template that is left out is noticed only by who installs the kit."""
    there = {
        Path(folder, name).relative_to(KIT_ROOT)
        for package in PACKAGES
        for folder, _, names in os.walk(KIT_ROOT / package)
        for name in names
        if "__pycache__" not in folder and not name.startswith(".")
    }
    assert {path.as_posix() for path in there - packed} == set()
    assert {"autograder/nbgrader/templates/problem.html.j2", "autograder/gradescope/files/setup.sh"} <= {
        path.as_posix() for path in packed
    }


def imported(path: Path) -> set[str]:
    """The top-level packages that a module imports absolutely, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_the_kits_fingerprint_covers_whatever_grading_imports(monkeypatch):
    """A package of the kit that takes part in grading without being in the fingerprint would let old marks stand."""
    hashed: set[str] = set()
    monkeypatch.setattr(fingerprint, "_kit_files", lambda folder: hashed.add(folder.name) or [])
    fingerprint.kit_hash()
    modules = [
        path
        for path in (KIT_ROOT / "autograder").rglob("*.py")
        if not any(path.is_relative_to(folder) for folder in fingerprint.WITHOUT_EFFECT)
    ]
    own = {name for path in modules for name in imported(path) if (KIT_ROOT / name).is_dir()}
    assert "autograder" in own and own <= hashed
