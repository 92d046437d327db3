"""Half-installed, or called from the wrong place: every command says in one sentence what is missing."""

import shutil
import subprocess
import sys

import pytest

from autograder.course import KIT_ROOT
from autograder.installation import ONLY_FOR_CLASSES, requirements, trouble


def said(*words: str, cwd=KIT_ROOT) -> str:
    """What a command says that cannot work; one sentence and no traceback."""
    run = subprocess.run([sys.executable, *words], cwd=cwd, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
    assert run.returncode and "Traceback" not in run.stderr and run.stderr.count("\n") == 1, run.stderr
    return run.stderr


def test_python_m_autograder_is_the_command():
    """With the same help, under the same name."""
    run = subprocess.run([sys.executable, "-m", "autograder", "--help"], cwd=KIT_ROOT, capture_output=True, text=True)
    assert run.stdout.startswith("Usage: autograder ") and run.returncode == 0


@pytest.mark.parametrize("command", ["grade", "build", "doctor", "gradescope", "nbgrader", "demo"])
def test_without_the_packages_it_says_which_and_what_to_do(command):
    """Here: a Python that does not look for installed packages, as the system's own would be."""
    words = said("-S", "-m", "autograder", command)
    assert " are not installed for " in words and ("call it from" in words or "run ./install in" in words)


def test_without_the_course_it_says_how_to_install(tmp_path):
    """`pip install .` copies the program and leaves the solutions behind; `pytest` had failed to collect anything."""
    shutil.copytree(KIT_ROOT / "autograder", tmp_path / "autograder", ignore=shutil.ignore_patterns("__pycache__", "checks"))
    assert "has no solutions/" in said("-m", "autograder", "grade", "class", "--out", "marks", cwd=tmp_path)


def test_this_installation_is_whole():
    """And the packages are those of setup.cfg."""
    assert trouble() == trouble(ONLY_FOR_CLASSES) == ""
    assert {"torch", "pytest", "nbgrader"} <= set(requirements())
