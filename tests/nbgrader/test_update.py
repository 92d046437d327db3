"""`autograder nbgrader update`: a course follows the kit and loses neither edits nor marks; points that disagree stop autograding."""

import hashlib
import json
import shutil

import nbformat
import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from autograder.classes.entries import ClassError
from autograder.course import problems
from autograder.nbgrader.as_made import PLACE, as_made
from autograder.nbgrader.class_run import autograde_class
from autograder.nbgrader.command import nbgrader
from autograder.nbgrader.gradebook import course_at, other_points
from autograder.nbgrader.merge import merged
from autograder.nbgrader.points import expect_points

PART = "classifiers"
POINTS = problems()["softmax"].points
OTHER = POINTS + 3  # what an earlier kit gave, or the course itself gives


def run(*words: str, status: int = 0) -> str:
    """A command, and what it said."""
    done = CliRunner().invoke(nbgrader, [str(word) for word in words], input="n\n")
    assert done.exit_code == status, done.output
    return done.output


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A course of one part with two of its problems, as `init` writes it."""
    root = tmp_path_factory.mktemp("made") / "course"
    roster = root.parent / "roster.csv"
    roster.write_text("id,first_name\nann,Ann\nbob,Bob\n")
    run("init", root, "--part", PART, "--problem", "softmax", "--problem", "training", "--roster", roster)
    return root


@pytest.fixture
def course(made, tmp_path):
    """A copy of it that a test may change."""
    return shutil.copytree(made, tmp_path / "course")


def book(course):
    """The gradebook."""
    return Gradebook(f"sqlite:///{course / 'gradebook.db'}", "course")


def notebook(course):
    """The part's notebook."""
    return nbformat.read(course / "source" / PART / f"{PART}.ipynb", as_version=4)


def test_a_course_just_made_is_up_to_date(course):
    """Nothing changes; what it does not give is said."""
    said = run("update", course)
    assert "is up to date" in said and "changes" not in said and "--problem convnet adds it" in said


def test_points_that_disagree_stop_autograding_and_follow_the_kit(course, tmp_path):
    """Marks by hand, comments and extra credit stay; `--dry-run` and a no write nothing."""
    with book(course) as grades:
        grades.find_grade_cell("softmax", PART, PART).max_score = float(OTHER)
        grades.add_submission(PART, "ann")
        grade = grades.find_grade("training", PART, PART, "ann")
        grade.manual_score, grade.extra_credit = 3.0, 1.0
        grades.db.commit()
    (course / "submitted" / "ann" / PART).mkdir(parents=True)
    with pytest.raises(ClassError, match=f"softmax {POINTS} in the kit and {OTHER} in the gradebook.*nbgrader update"):
        autograde_class(course, PART)
    assert not (course / "autograded").exists()
    assert f"{OTHER} -> {POINTS}" in run("update", course, "--dry-run") and "Nothing was written" in run("update", course)
    with book(course) as grades:
        assert grades.find_grade_cell("softmax", PART, PART).max_score == OTHER
    run("update", course, "--yes")
    with book(course) as grades:
        assert grades.find_grade_cell("softmax", PART, PART).max_score == POINTS
        grade = grades.find_grade("training", PART, PART, "ann")
        assert (grade.manual_score, grade.extra_credit, grade.score) == (3.0, 1.0, 4.0)
    assert "is up to date" in run("update", course)


def test_a_course_may_mean_its_own_points(course):
    """Said once in its configuration, autograding goes on."""
    with book(course) as grades:
        grades.find_grade_cell("softmax", PART, PART).max_score = float(OTHER)
        grades.db.commit()
    with open(course / "nbgrader_config.py", "a") as config:
        config.write("c.HarnessMarks.own_points = True\n")
    with course_at(course) as (coursedir, config):
        assert other_points(coursedir, PART) == {"softmax": (OTHER, POINTS)}
        expect_points(coursedir, config, PART)


def test_a_course_that_means_its_own_points_keeps_them(course):
    """In the notebook and in the gradebook; it is said, and asked about once."""
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.HarnessMarks.own_points = True\n")
    path = course / "source" / PART / f"{PART}.ipynb"
    own = notebook(course)
    for cell in own.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "softmax":
            cell.metadata["nbgrader"]["points"] = OTHER
    nbformat.write(own, path)
    with book(course) as grades:
        grades.find_grade_cell("softmax", PART, PART).max_score = float(OTHER)
        grades.db.commit()
    said = run("update", course, "--yes")
    assert f"is worth {OTHER} in this course" in said and "points:" not in said
    worth = {
        cell.metadata.get("nbgrader", {}).get("grade_id"): cell.metadata.get("nbgrader", {}).get("points")
        for cell in notebook(course).cells
    }
    assert worth["softmax"] == OTHER
    with book(course) as grades:
        assert grades.find_grade_cell("softmax", PART, PART).max_score == OTHER
    assert "changes" not in run("update", course)


def test_edits_stay_and_what_is_old_follows(course):
    """A stub and a text that somebody has edited stay, with the kit's beside; a file of an earlier kit is replaced."""
    source = course / "source" / PART
    (source / "training.py").write_text("# mine\n")
    (source / "pictures.py").write_text("# of an earlier kit\n")
    made = json.loads((course / PLACE).read_text())
    made[PART]["files"]["pictures.py"] = hashlib.sha256(b"# of an earlier kit\n").hexdigest()
    made[PART]["files"]["training.py"] = "an earlier kit's"
    (course / PLACE).write_text(json.dumps(made))
    said = run("update", course, "--yes")
    assert "changes  classifiers: file pictures.py" in said and "stays    classifiers: training.py has been edited" in said
    assert (source / "training.py").read_text() == "# mine\n" and "earlier kit" not in (source / "pictures.py").read_text()
    assert "make_optimizer" in (course / ".autograder" / "kit" / PART / "training.py").read_text()
    assert "changes" not in run("update", course)  # the kit has not changed since, so the edit is nobody's question
    run("update", course, "--yes", "--take-kit")
    assert (source / "training.py.before-update").read_text() == "# mine\n" and "make_optimizer" in (
        source / "training.py"
    ).read_text()


def test_a_text_that_was_taken_out_stays_out_and_is_asked_about_once(course):
    """The kit's notebook is put aside for who wants to look; after that there is nothing to do."""
    held = notebook(course)
    held.cells = [cell for cell in held.cells if not cell.source.startswith("## Train what")]
    assert len(held.cells) < len(notebook(course).cells)
    nbformat.write(held, course / "source" / PART / f"{PART}.ipynb")
    assert "stays out" in run("update", course, "--yes")
    assert "stays out" in (said := run("update", course)) and "is up to date" in said and "Write this?" not in said


def test_a_new_problem_gets_a_cell_and_a_row_beside_marks_that_are_there(course):
    """Where somebody has handed in already, too, which nbgrader itself refuses."""
    with book(course) as grades:
        grades.add_submission(PART, "ann")
        grades.find_grade("softmax", PART, PART, "ann").auto_score = 7.0
        grades.db.commit()
    assert "new: 1.3" in run("update", course, "--problem", "convnet", "--yes")
    names = [cell.metadata["nbgrader"]["grade_id"] for cell in notebook(course).cells if "nbgrader" in cell.metadata]
    assert [name for name in names if name in problems()] == ["softmax", "convnet", "training"]
    with book(course) as grades:
        held = {grade.name: grade.auto_score for grade in grades.find_submission_notebook(PART, PART, "ann").grades}
    assert held["softmax"] == 7.0 and held["convnet"] is None


def test_the_roster_follows_and_nobody_is_removed(course, tmp_path):
    """New students and other names are entered; who is not on it any more stays, and is named."""
    roster = tmp_path / "new.csv"
    roster.write_text("id,first_name\nann,Anna\neve,Eve\n")
    said = run("update", course, "--roster", roster, "--yes")
    assert (
        "roster: new eve" in said
        and "ann is called otherwise" in said
        and "not on the roster and stay, with their marks: bob" in said
    )
    with book(course) as grades:
        assert {row.id: row.first_name for row in grades.students} == {"ann": "Anna", "bob": "Bob", "eve": "Eve"}


def test_a_folder_that_is_no_course_is_refused(tmp_path):
    """In one sentence."""
    assert "holds no course of nbgrader's" in run("update", tmp_path, status=1)


@pytest.mark.parametrize("text", ["", "{", "{}", '{"nbformat": 4}'])
def test_a_notebook_that_cannot_be_read_is_one_sentence(course, text):
    """And nothing is written."""
    (course / "source" / PART / f"{PART}.ipynb").write_text(text)
    assert f"{PART}.ipynb is no notebook" in run("update", course, status=1)


def cells(*texts: str, points: float = 1.0):
    """A notebook: text cells by `id: text`, and a graded one where the id is a problem's."""
    found = nbformat.v4.new_notebook()
    for entry in texts:
        name, _, text = entry.partition(": ")
        cell = nbformat.v4.new_markdown_cell(text, id=name)
        if name in problems():
            cell = nbformat.v4.new_code_cell(text, id=name)
            cell.metadata.nbgrader = {"grade_id": name, "grade": True, "points": points}
        found.cells.append(cell)
    return found


@pytest.mark.parametrize(
    "kit, course, known, texts",
    [
        (["a: one", "b: two"], ["a: one", "mine: own", "b: two"], True, ["one", "own", "two"]),
        (["a: new", "b: two"], ["a: one", "b: two"], True, ["new", "two"]),  # nobody has edited it
        (["a: new", "b: two"], ["a: edited", "b: two"], True, ["edited", "two"]),
        (["a: new", "b: two"], ["a: one", "b: two"], False, ["one", "two"]),  # nobody knows
        (["c: three", "b: two"], ["a: one", "mine: own", "b: two"], True, ["own", "three", "two"]),
        (["b: two"], ["a: edited", "b: two"], True, ["edited", "two"]),
        (["a: one", "b: two", "c: three"], ["a: one", "b: two"], True, ["one", "two", "three"]),
        (["a: one", "b: two"], ["b: two"], True, ["two"]),  # taken out by somebody
    ],
)
def test_texts_follow_where_nobody_has_edited_them(kit, course, known, texts):
    """And cells of the course's own stay behind what they stand behind."""
    before = as_made({}, cells("a: one", "b: two"), True).cells if known else None
    found, _, _ = merged(cells(*kit), cells(*course), before)
    assert [cell.source for cell in found.cells] == texts


def test_points_follow_whatever_was_edited():
    """The kit decides them; a problem that is gone keeps its cell."""
    found, changes, kept = merged(cells("softmax: x", points=12), cells("softmax: mine", "training: y", points=10), {})
    assert [cell.metadata.nbgrader.points for cell in found.cells] == [12, 10] and found.cells[0].source == "mine"
    assert any("10 -> 12" in words for words in changes) and any("stays with its marks" in words for words in kept)
