"""Promises about a course that is not the kit's own: the same harness builds, grades and packs it, knowing none of its names."""

import csv
import json
import os
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.places import VARIABLE
from tests import forked

KIT = Path(__file__).parents[1]
COURSE = KIT / "tests" / "courses" / "letters_and_lines"
PART = "first_steps"
FULL = {"longest_word": 3.0, "straight_line": 2.0}
TIMEOUT_S = 600


def run(*words: str, course: Path | None, kit: Path = KIT, status: int = 0) -> str:
    """What a command of the kit prints."""
    module = ["-m", "pytest", "-p", "no:cacheprovider"] if words[0] == "pytest" else ["-m", "autograder.cli"]
    environment = os.environ | {"PYTHONPATH": str(kit)} | ({VARIABLE: str(course)} if course else {})
    done = forked.run(
        [sys.executable, *module, *words[1:]], cwd=kit, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S
    )
    assert done.returncode == status, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """The course on disk, its assignment built."""
    place = tmp_path_factory.mktemp("another") / "course"
    shutil.copytree(COURSE, place)
    run("autograder", "build", course=place)
    return place


def test_its_assignment_is_cut(course):
    """Stubs without answers, public checks and the handout, nothing of the kit's own course."""
    names = {path.relative_to(course / "assignment").as_posix() for path in (course / "assignment").rglob("*") if path.is_file()}
    assert names == {
        "hand_in.json",
        ".github/workflows/checks.yml",
        ".gitignore",
        *(
            f"{PART}/{name}"
            for name in (
                "README.md",
                "longest_word.py",
                "straight_line.py",
                "checks/conftest.py",
                "checks/test_longest_word.py",
                "checks/test_straight_line.py",
            )
        ),
    }
    assert "max(" not in (course / "assignment" / PART / "longest_word.py").read_text()


def test_its_class_is_graded(course, tmp_path):
    """In worker processes: full marks for the solution, nothing for the stub; services of its own run in the sandbox."""
    for name in ("solutions", "assignment"):
        shutil.copytree(course / name / PART, tmp_path / "class" / name / PART)
    run("autograder", "grade", str(tmp_path / "class"), "--out", str(tmp_path / "out"), "--jobs", "1", course=course)
    with open(tmp_path / "out" / "grades.csv", newline="", encoding="utf-8-sig") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert {name: float(rows["solutions"][name]) for name in FULL} == FULL
    assert {name: float(rows["assignment"][name]) for name in FULL} == dict.fromkeys(FULL, 0.0)


def test_it_becomes_a_course_in_nbgrader(course, tmp_path):
    """With its own story."""
    run("autograder", "nbgrader", "init", str(tmp_path / "nbgrader"), course=course)
    notebook = json.loads((tmp_path / "nbgrader" / "source" / PART / f"{PART}.ipynb").read_text(encoding="utf-8"))
    cells = {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"]}
    assert {name: cells[name]["metadata"]["nbgrader"]["points"] for name in FULL} == FULL
    assert any("Two small things." in "".join(cell["source"]) for cell in notebook["cells"])


def test_it_is_packed_for_gradescope(course, tmp_path):
    """What is unpacked there is a kit whose own course it is."""
    run("autograder", "gradescope", "--out", str(tmp_path / "autograder.zip"), course=course)
    with zipfile.ZipFile(tmp_path / "autograder.zip") as archive:
        archive.extractall(tmp_path)
    kit = tmp_path / "kit"
    assert [path.name for path in (kit / "autograder" / "checks").iterdir()] == [PART]
    run(
        "pytest",
        "autograder",
        "--submission",
        str(course / "solutions"),
        "--device",
        "cpu",
        "--results",
        str(tmp_path / "results.json"),
        course=None,
        kit=kit,
    )
    assert json.loads((tmp_path / "results.json").read_text())["score"] == 5


def test_the_first_command_grades_it(course):
    """`pytest autograder` in the kit's folder, with the variable set, gives its solutions full marks."""
    assert "5 of 5" in run("pytest", "autograder", course=course)
