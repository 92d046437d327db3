"""Promises of `autograder new`: what it writes works at once, and what was there stays as it was."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.authoring import command
from autograder.build import build
from autograder.build.complete import left_out
from autograder.course import parts
from autograder.nbgrader.story import read_story
from autograder.places import VARIABLE
from tests import forked

KIT = Path(__file__).resolve().parents[2]
COURSE = KIT / "tests" / "courses" / "letters_and_lines"
OLD, PART, PROBLEM, OTHER = "first_steps", "second_steps", "row_power", "second_steps_example"
EDITED = (f"solutions/{OLD}/part.toml", f"solutions/{OLD}/README.md.j2", f"autograder/checks/{OLD}/story.py")


def new(course: Path, *words: str) -> str:
    """What `autograder new` says in a course; an error begins with its exit status."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "COURSE_ROOT", course)
        done = CliRunner().invoke(command.new, words)
    assert done.exit_code in (0, 1) and "Traceback" not in done.output, done.output
    return done.output if done.exit_code == 0 else f"1: {done.output}"


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """A small course with one more problem and one more part."""
    place = tmp_path_factory.mktemp("new") / "course"
    shutil.copytree(COURSE, place)
    new(place, "problem", OLD, PROBLEM, "--title", 'The "power" of a row', "--points", "6", "--lines", "about 4 lines")
    new(place, "part", PART)
    build(place / "solutions", place / "assignment")
    return place


@pytest.fixture(scope="module")
def said(course) -> str:
    """The table of all plants of both problems, of their solutions and of their stubs."""
    done = forked.run(
        [sys.executable, "-m", "tests.test_plants", PROBLEM, OTHER],
        cwd=KIT,
        capture_output=True,
        text=True,
        timeout=500,
        env=os.environ | {"PYTHONPATH": str(KIT), VARIABLE: str(course), "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def outcome(said: str, plant: str) -> str:
    """What the table says of one plant."""
    return next(block for block in said.split("\n\n") if block.startswith(plant))


@pytest.mark.parametrize("part, problem, points", [(OLD, PROBLEM, 6), (PART, OTHER, 5)], ids=["problem", "part"])
def test_what_is_new_works_at_once(course, said, part, problem, points):
    """The build misses nothing; the solution and the right plant have full marks, the stub says so, the mistake is named."""
    assert left_out(course).errors == []
    assert f"{points} of {points} points" in outcome(said, f"{part}/{problem}/solution")
    assert f"{points} of {points} points" in outcome(said, f"{part}/{problem}/right_row_by_row")
    assert f"{problem} is not written yet" in outcome(said, f"{part}/{problem}/stub")
    wrong = outcome(said, f"{part}/{problem}/mistake_in_place")
    assert "changed its argument" in wrong and f"{points} of {points} points" not in wrong
    page = (course / "assignment" / part / "README.md").read_text()
    number = next(one for one in parts(course / "solutions") if one.id == part)[problem].number
    assert ("about 4 lines" in page) == (problem == PROBLEM)
    assert f"\n## {number} " in page and page.count("{") == page.count("\\frac{") * 2
    assert [path.name for path in (course / "assignment" / part / "checks").glob(f"*{problem}*")] == [f"test_{problem}.py"]
    known = tuple(one.id for one in next(one for one in parts(course / "solutions") if one.id == part).problems)
    assert (problem,) in [cell.names for cell in read_story(course / "autograder" / "checks" / part / "story.py", known)]


def test_what_was_there_stays_byte_for_byte(course):
    """A file that knows of all problems has something added in one place, and nothing else changes anywhere."""
    for path in (path for path in COURSE.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        name = path.relative_to(COURSE).as_posix()
        before, after = path.read_bytes(), (course / name).read_bytes()
        if name not in EDITED:
            assert before == after
            continue
        start = os.path.commonprefix([before, after])
        assert len(after) > len(before) and after.endswith(before[len(start) :])


@pytest.mark.parametrize(
    "words, said",
    [
        (("problem", "fist_steps", "another"), "There is no part fist_steps; did you mean first_steps?"),
        (("problem", OLD, PROBLEM), f"The course has a part or problem {PROBLEM} already"),
        (("problem", OLD, "Two-Words"), "cannot name files and functions"),
        (("problem", OLD, "two__words"), "use small letters, digits and single _"),
        (("problem", OLD, "lambda"), "no word of Python's own"),
        (("problem", OLD, "statistics"), "would hide the module statistics"),
        (("problem", OLD, "numpy"), "would hide the module numpy"),
        (("problem", OLD, "another", "--points", "0"), "at least 1 point"),
        (("problem", OLD, "another", "--title", "two\nlines"), "leave out line ends"),
        (("part", "third_steps", "--problem", "third_steps"), "give them two ids"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_writes_nothing(course, words, said):
    """An unknown part, a name that is taken or impossible, points and titles that make no sense."""
    before = sorted(course.rglob("*"))
    answer = new(course, *words)
    assert answer.startswith("1: ") and said in answer and answer.count("\n") == 1
    assert sorted(course.rglob("*")) == before


def test_it_ends_with_what_to_edit_in_order(tmp_path):
    """Every file that it names is there."""
    shutil.copytree(COURSE, tmp_path / "course")
    answer = new(tmp_path / "course", "problem", OLD, "another")
    named = [line.split()[1] for line in answer.splitlines() if line.lstrip()[:1].isdigit()]
    assert len(named) == 7 and all((tmp_path / "course" / name).exists() for name in named)
    assert "pytest autograder --problem another" in answer
