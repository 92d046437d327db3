"""The course directory that `autograder nbgrader init` makes of all parts."""

import re
import subprocess
import sys

import pytest

from autograder.classes.worker import environment
from autograder.course import KIT_ROOT, SOLUTIONS, parts
from autograder.nbgrader.initialise import CoursePlan, initialise


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The folder of assignments of a course with everything."""
    root = tmp_path_factory.mktemp("course")
    assert initialise(CoursePlan(root, "dl101")) == [part.id for part in parts()]
    return root / "source"


@pytest.mark.parametrize("part", [part.id for part in parts()])
def test_what_students_will_get_holds_no_solution(part, source):
    """No line of a solution that is not in `assignment/` anyway, no marker, no rubric."""
    text = "\n".join(path.read_text(errors="replace") for path in sorted((source / part).rglob("*")) if path.is_file())
    given = "\n".join(path.read_text(errors="replace") for path in sorted((KIT_ROOT / "assignment").rglob("*.*")) if path.is_file())
    lines = [
        line.strip()
        for path in sorted((SOLUTIONS / part).rglob("*.py"))
        for region in re.findall(r"### BEGIN SOLUTION.*?\n(.*?)### END SOLUTION", path.read_text(), re.DOTALL)
        for line in region.splitlines()
    ]
    assert not [line for line in lines if len(line) > 20 and line in text and line not in given]
    assert "BEGIN SOLUTION" not in text and not list((source / part).rglob("*.toml"))


@pytest.mark.parametrize("part", [part.id for part in parts()])
def test_each_assignment_stands_alone(part, source):
    """Students fetch one part: its `train.py` finds all that it imports."""
    command = [sys.executable, "train.py", "--help"]
    done = subprocess.run(command, cwd=source / part, env=environment() | {"PYTHONPATH": ""}, capture_output=True, text=True)
    assert done.returncode == 0 and "--epochs" in done.stdout, done.stderr
