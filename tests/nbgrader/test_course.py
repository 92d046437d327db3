"""The course directory that `autograder nbgrader init` makes of all parts."""

import re
import sys

import pytest

from autograder.classes.worker import environment
from autograder.course import KIT_ROOT, SOLUTIONS, parts
from autograder.nbgrader.initialise import CoursePlan, initialise
from tests import forked


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


# Torch is imported once: every part's script then begins in a fork of that process, in its own folder.
HELP_OF_ALL = """
import ast, importlib, os, runpy, sys, traceback
import torch, torchvision
ends = {}
for folder in sys.argv[1:]:
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        sys.argv, sys.path[0] = ["train.py", "--help"], folder
        try:
            sys.path.append(os.path.dirname(folder))
            for node in ast.walk(ast.parse(open("train.py").read())):  # in functions, too, and what only annotations name
                for name in [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in getattr(node, "names", [])]:
                    importlib.import_module(name)
            runpy.run_path("train.py", run_name="__main__")
        except SystemExit as end:
            os._exit(int(end.code or 0) + (sys.stdout.flush() or 0))
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    ends[os.path.basename(folder)] = os.waitpid(child, 0)[1]
print(ends)
"""


def test_each_assignment_stands_alone(source):
    """Students fetch one part: its `train.py` finds all that it imports."""
    folders = [str(source / part.id) for part in parts()]
    command = [sys.executable, "-c", HELP_OF_ALL, *folders]
    done = forked.run(command, env=environment() | {"PYTHONPATH": ""}, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == str({part.id: 0 for part in parts()}), done.stderr
    assert done.stdout.count("--epochs") >= len(folders)
