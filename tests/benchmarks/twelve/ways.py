"""The same twelve checks as each grader wants them: files in a folder of its own, and a function that grades."""

import importlib
import inspect
import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from xml.etree import ElementTree

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from autograder.classes.worker import environment
from autograder.course import KIT_ROOT, problems

HERE = Path(__file__).parent
SUBJECTS = {"softmax": "models/softmax.py", "twolayernn": "models/twolayernn.py", "distillation_loss": "distillation.py"}
PARTS = {"models/softmax.py": "classifiers", "models/twolayernn.py": "classifiers", "distillation.py": "distillation"}
EXPECTING = "def expect(is_so, words):\n    if not is_so:\n        raise {error}(words)\n"
STUDENT = """
from types import SimpleNamespace
import distillation
import models.softmax
import models.twolayernn
STUDENT = SimpleNamespace(models=models, distillation=distillation)
"""
Way = Callable[[Path], float]


def checks() -> dict[str, ModuleType]:
    """The three files of checks."""
    sys.modules.setdefault("expecting", SimpleNamespace(expect=None))  # type: ignore[arg-type]
    return {name: importlib.import_module(f"tests.benchmarks.twelve.{name}") for name in SUBJECTS}


def named_checks() -> list[tuple[str, str, str]]:
    """(subject, function, source) of each check, with what it needs of its file before it."""
    found = []
    for subject, module in checks().items():
        functions = inspect.getmembers(module, inspect.isfunction)
        help_ = [inspect.getsource(each) for name, each in functions if not name.startswith("test_") and name != "expect"]
        for name, each in functions:
            if name.startswith("test_"):
                found.append((subject, name, "\n\n".join([*help_, inspect.getsource(each)])))
    return found


def submission(folder: Path, replaced: dict[str, Path]) -> Path:
    """The three files of a student, flat as the graders below want them; `replaced` has other versions of some."""
    for name, part in PARTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(replaced.get(name, KIT_ROOT / "solutions" / part / name), folder / name)
    (folder / "models" / "__init__.py").touch()
    return folder


def called(command: list, folder: Path, **variables: str) -> subprocess.CompletedProcess:
    """Run a grader; its status says nothing here, since lost points are one, too."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls programs beside itself
    return subprocess.run(command, cwd=folder, env=environment() | {"PATH": path} | variables, capture_output=True, text=True)


def scratch_kit(folder: Path) -> Path:
    """A kit whose hidden checks are these twelve."""
    shutil.copytree(KIT_ROOT / "autograder", folder / "autograder", ignore=shutil.ignore_patterns("test_*.py", "__pycache__"))
    shutil.copytree(KIT_ROOT / "solutions", folder / "solutions", ignore=shutil.ignore_patterns("__pycache__", "runs"))
    shutil.copytree(KIT_ROOT / "tests" / "benchmarks", folder / "tests" / "benchmarks", ignore=shutil.ignore_patterns("raw"))
    shutil.copyfile(KIT_ROOT / "setup.cfg", folder / "setup.cfg")
    (folder / "tests" / "__init__.py").touch()
    (folder / "expecting.py").write_text(
        "from autograder.judge.expect import CheckFailed\n\n\n" + EXPECTING.format(error="CheckFailed")
    )
    for name in SUBJECTS:
        shutil.copyfile(HERE / f"{name}.py", folder / "autograder" / "checks" / problems()[name].part / f"test_{name}.py")
    return folder


def plain_pytest(folder: Path, students: list[Path]) -> Way:
    """One pytest process a submission."""
    _plain_checks(folder, students)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=result.xml", "checks"]

    def grade(student: Path) -> float:
        called(command, student, PYTHONPATH=str(student))
        suite = next(ElementTree.parse(student / "result.xml").iter("testsuite"))
        return int(suite.get("tests", 0)) - int(suite.get("failures", 0)) - int(suite.get("errors", 0))

    return grade


def _plain_checks(folder: Path, students: list[Path]) -> None:
    for student in students:
        (student / "expecting.py").write_text(EXPECTING.format(error="AssertionError"))
        (student / "checks").mkdir()
        for name in SUBJECTS:
            shutil.copyfile(HERE / f"{name}.py", student / "checks" / f"test_{name}.py")
        (student / "checks" / "conftest.py").write_text(
            "import pytest\n" + STUDENT + "\n\n@pytest.fixture\ndef student():\n    return STUDENT\n"
        )


def gradescope_utils(folder: Path, students: list[Path]) -> Way:
    """One process a submission, as Gradescope's own example runs it."""
    tests = "".join(
        f"\n    @weight(1)\n    def test_{number:02}(self):\n        {subject}.{name}(STUDENT)\n"
        for number, (subject, name, _) in enumerate(named_checks())
    )
    program = (
        "import unittest\nfrom gradescope_utils.autograder_utils.decorators import weight\n"
        "from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner\n"
        f"import {', '.join(f'checks_{name} as {name}' for name in SUBJECTS)}\n{STUDENT}\n\n"
        f"class Twelve(unittest.TestCase):{tests}\n\n"
        "with open('results.json', 'w') as file:\n"
        "    JSONTestRunner(visibility='visible', stream=file).run(unittest.defaultTestLoader.loadTestsFromTestCase(Twelve))\n"
    )
    for student in students:
        (student / "expecting.py").write_text(EXPECTING.format(error="AssertionError"))
        (student / "run_tests.py").write_text(program)
        for name in SUBJECTS:
            shutil.copyfile(HERE / f"{name}.py", student / f"checks_{name}.py")

    def grade(student: Path) -> float:
        called([sys.executable, "run_tests.py"], student)
        return json.loads((student / "results.json").read_text())["score"]

    return grade


def otter_run(folder: Path, students: list[Path]) -> Way:
    """`otter run` on a notebook that holds the student's code."""
    (folder / "tests").mkdir(parents=True)
    for number, (_, name, source) in enumerate(named_checks()):
        (folder / "tests" / f"q{number:02}.py").write_text(
            OTTER.format(
                number=number,
                source=textwrap.indent(f"{EXPECTING.format(error='AssertionError')}\n{source}", "    "),
                function=name,
            )
        )
    otter = Path(sys.executable).with_name("otter")
    (folder / "requirements.txt").touch()
    made = called([otter, "generate", "-t", "tests", "-o", "grader.zip", "--no-environment", "--no-config"], folder)
    assert (folder / "grader.zip").exists(), made.stdout + made.stderr
    for student in students:
        cells = [new_code_cell((student / name).read_text()) for name in PARTS]
        nbformat.write(new_notebook(cells=cells, metadata=KERNEL), student / "submission.ipynb")

    def grade(student: Path) -> float:
        called([otter, "run", "-a", folder / "grader.zip", "-o", student, "--no-logo", student / "submission.ipynb"], folder)
        return sum(test.get("score", 0) for test in json.loads((student / "results.json").read_text())["tests"])

    return grade


KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
OTTER = """
OK_FORMAT = False
from otter.test_files import test_case
name, points = "q{number:02}", 1


@test_case(points=1)
def check(env):
    from types import SimpleNamespace
    import torch
    from torch.nn import functional as F
{source}
    globals().update(locals())
    {function}(SimpleNamespace(models=SimpleNamespace(softmax=SimpleNamespace(Softmax=env["Softmax"]),
        twolayernn=SimpleNamespace(TwoLayerNN=env["TwoLayerNN"])), distillation=SimpleNamespace(
        distillation_loss=env["distillation_loss"], distillation_loss_ex=env["distillation_loss_ex"])))
"""


def nbgrader_autograde(folder: Path, students: list[Path]) -> Way:
    """`nbgrader autograde` on the whole class; the first call grades all, so it is timed as a class."""
    start = "import torch\nfrom torch.nn import functional as F\n" + STUDENT + EXPECTING.format(error="AssertionError")
    cells = [
        _cell(start, "start", 0),
        *(_cell(f"{source}\n\n{name}(STUDENT)", f"{subject}-{name}", 1) for subject, name, source in named_checks()),
    ]
    notebook = new_notebook(cells=cells, metadata=KERNEL)
    (folder / "source" / "ps").mkdir(parents=True)
    nbformat.write(notebook, folder / "source" / "ps" / "ps.ipynb")
    (folder / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'twelve'\nc.ClearSolutions.enforce_metadata = False\n"
    )
    nbgrader = [sys.executable, "-m", "nbgrader"]
    made = called([*nbgrader, "generate_assignment", "ps"], folder)
    assert (folder / "release" / "ps" / "ps.ipynb").exists(), made.stderr
    for student in students:
        own = folder / "submitted" / student.name / "ps"
        shutil.copytree(student, own)
        shutil.copyfile(folder / "release" / "ps" / "ps.ipynb", own / "ps.ipynb")

    def grade(student: Path) -> float:
        from nbgrader.api import Gradebook

        only = ["--student", student.name] if student in students else []
        said = called([*nbgrader, "autograde", "ps", "--force", "--create", *only], folder)
        with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
            found = {each.student.id: each.score for each in book.assignment_submissions("ps")}
        assert student not in students or student.name in found, said.stderr
        return found.get(student.name, -1)

    return grade


def _cell(source: str, name: str, points: int) -> nbformat.NotebookNode:
    cell = new_code_cell(source)
    cell.metadata.nbgrader = {
        "grade": points > 0,
        "solution": False,
        "locked": True,
        "schema_version": 3,
        "grade_id": name,
        "task": False,
    } | ({"points": points} if points else {})
    return cell
