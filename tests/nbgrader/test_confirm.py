"""`autograder nbgrader confirm`: what waits only since autograding ran again is confirmed together, and nothing else."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

from autograder.nbgrader.command import nbgrader
from autograder.nbgrader.confirm import confirm, waiting
from autograder.nbgrader.converter import HarnessAutograde
from autograder.nbgrader.gradebook import course_at
from autograder.nbgrader.looked_at import LookedAt
from autograder.nbgrader.preprocessors import LOOKED_AT, MARKS, SaveHarnessMarks
from autograder.nbgrader.repair import DELETED

POINTS = {"softmax": 15.0, "answer_1_8": 4.0, "answer_1_9": 0.0}  # a problem, a question, an optional one
SOFTMAX, WHY = "1.1 Softmax classifier", "1.8 Why so small?"  # what the first two are called
URL = "sqlite:///{}/gradebook.db"


def run(*words: object, status: int = 0) -> str:
    """`confirm`, and what it said; who is asked says no."""
    done = CliRunner().invoke(nbgrader, ["confirm", *map(str, words)], input="n\n")
    assert done.exit_code == status, done.output
    return done.output


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A course that nobody has handed in to; nbgrader takes seconds for a gradebook."""
    root = tmp_path_factory.mktemp("made")
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'dl101'\n")
    (root / "source" / "ps").mkdir(parents=True)
    question = new_markdown_cell("## 1.8 Why so small? (4 points)")
    question.metadata.nbgrader = {"grade_id": "question_1_8", "locked": True}
    nbformat.write(new_notebook(cells=[question]), root / "source" / "ps" / "nb.ipynb")
    with Gradebook(URL.format(root), "dl101") as book:
        book.add_assignment("ps")
        book.add_notebook("nb", "ps")
        for name, points in POINTS.items():
            book.add_grade_cell(name, "nb", "ps", max_score=points, cell_type="code" if name == "softmax" else "markdown")
            if name != "softmax":
                book.add_solution_cell(name, "nb", "ps")
    return root


@pytest.fixture
def course(made, tmp_path):
    """A copy of it without a notebook to convert: `autograde` enters what a notebook would have held, `by_hand` what a grader does."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)

    def autograde(student: str, mark: float | None, answer: str, optional: str = "") -> None:
        (tmp_path / "submitted" / student / "ps").mkdir(parents=True, exist_ok=True)
        with course_at(tmp_path) as (coursedir, config):
            coursedir.assignment_id, coursedir.student_id = "ps", student
            converter = HarnessAutograde(coursedir=coursedir, config=config)
            converter.force = converter.create_student = True
            converter.notebooks = ["nb.ipynb"]
            converter.init_assignment("ps", student)
        cells = [new_code_cell(""), new_markdown_cell(answer), new_markdown_cell(optional)]
        for cell, (name, points) in zip(cells, POINTS.items()):
            cell.metadata.nbgrader = {"grade_id": name, "grade": True, "solution": name != "softmax", "points": points}
        about = {"notebook": "nb", "assignment": "ps", "student": student, "db_url": URL.format(tmp_path)}
        seen = LookedAt(tmp_path, "ps", student)
        SaveHarnessMarks().preprocess(new_notebook(cells=cells), {"nbgrader": about, MARKS: {"softmax": mark}, LOOKED_AT: seen})

    def by_hand(student: str, name: str, points: float | None, extra: float | None = None) -> None:
        with Gradebook(URL.format(tmp_path), "dl101") as book:
            grade = book.find_grade(name, "nb", "ps", student)
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = points, extra, False  # as the formgrader does
            book.db.commit()

    return SimpleNamespace(root=Path(tmp_path), autograde=autograde, by_hand=by_hand)


def told(course, *students: str) -> dict[tuple[str, str], tuple[bool, str, str]]:
    """What waits: whether a glance will do, the mark and why."""
    return {(one.student, one.title): (one.a_glance, one.mark, one.why) for one in waiting(course.root, "ps", students)}


def test_marks_by_hand_are_confirmed_where_nothing_has_changed(course):
    """After the class was autograded again; a no and `--dry-run` write nothing, and no mark changes."""
    for _ in range(2):
        course.autograde("ann", 12.0, "because", "and so on")
        course.by_hand("ann", "softmax", 13.0)
        course.by_hand("ann", "answer_1_8", 3.0)
        course.by_hand("ann", "answer_1_9", None, 1.5)
    course.autograde("ann", 12.0, "because", "and so on")
    assert told(course) == {
        ("ann", SOFTMAX): (True, "13 by hand (12 automatically)", "autograded again, and the automatic mark is as it was"),
        ("ann", WHY): (True, "3 by hand", "autograded again, and the answer is as it was"),
        ("ann", "answer_1_9"): (True, "0 + 1.5 extra", "autograded again, and the answer is as it was"),
    }
    assert "Nothing was written" in run(course.root, "ps") and "Nothing was written" in run(course.root, "ps", "--dry-run")
    assert len(told(course)) == 3
    assert "3 confirmed; 0 wait for a person" in run(course.root, "ps", "--yes")
    assert not told(course) and "nothing to confirm" in run(course.root, "ps")
    with Gradebook(URL.format(course.root), "dl101") as book:
        assert book.find_submission("ps", "ann").score == 17.5
    course.autograde("ann", 12.0, "because", "and so on")  # what was confirmed was looked at
    assert [glance for glance, *_ in told(course).values()] == [True, True, True]


def test_what_needs_a_person_goes_on_waiting(course):
    """No mark, a changed answer or automatic mark, a deleted answer, what is not graded: `--yes` leaves all of them."""
    course.autograde("new", 12.0, "because", "an optional answer")
    for student in ("changed", "deleted", "open"):
        course.autograde(student, 12.0, "because")
        for name, points in (("softmax", 13.0), ("answer_1_8", 3.0), ("answer_1_9", 0.0)):
            course.by_hand(student, name, points)
    course.autograde("changed", 15.0, "because of something else")
    course.autograde("changed", 15.0, "because of something else")  # nobody has looked between the two
    course.autograde("deleted", 12.0, f"\n\n{DELETED}")
    course.autograde("open", None, "because")
    said = run(course.root, "ps", "--yes")
    found = {key: (mark, why) for key, (glance, mark, why) in told(course).items()}
    assert found == {
        ("new", WHY): ("open", "nobody has read this answer"),
        ("new", "answer_1_9"): ("0", "nobody has read this answer"),
        ("changed", SOFTMAX): ("13 by hand (15 automatically)", "the automatic mark has changed since"),
        ("changed", WHY): ("3 by hand", "the answer has changed since"),
        ("deleted", WHY): ("3 by hand", "its cell was deleted; look whether the answer stands elsewhere"),
        ("open", SOFTMAX): ("13 by hand", "not graded"),
    }
    assert f"; {len(found)} wait for a person in the formgrader" in said


def test_a_course_autograded_by_an_earlier_kit_is_looked_at_once(course):
    """Nobody knows there what the marks by hand were given for."""
    course.autograde("ann", 12.0, "because")
    course.by_hand("ann", "answer_1_8", 3.0)
    (kept,) = (course.root / ".autograder").rglob("ann.json")
    kept.unlink()
    course.autograde("ann", 12.0, "because")
    assert told(course)["ann", WHY][0] is False
    course.by_hand("ann", "answer_1_8", 3.0)
    course.autograde("ann", 12.0, "because")
    assert told(course)["ann", WHY][0] is True


def test_one_student_and_only_what_was_shown(course):
    """`--student` limits it; a grade that changes between question and answer goes on waiting."""
    for student in ("ann", "bob"):
        course.autograde(student, 12.0, "because")
        course.by_hand(student, "softmax", 13.0)
        course.autograde(student, 12.0, "because")
    assert "1 confirmed" in run(course.root, "ps", "--student", "ann", "--yes")
    chosen = [one for one in waiting(course.root, "ps") if one.a_glance]
    assert [one.student for one in chosen] == ["bob"]
    course.autograde("bob", 15.0, "because")
    assert confirm(course.root, "ps", chosen) == 0


def test_an_answer_that_changes_while_the_question_stands_goes_on_waiting(course):
    """With the marks as they were; and where the kept digests are damaged, a person looks."""
    course.autograde("ann", 12.0, "because")
    course.by_hand("ann", "answer_1_8", 3.0)
    course.autograde("ann", 12.0, "because")
    chosen = [one for one in waiting(course.root, "ps") if one.a_glance]
    course.autograde("ann", 12.0, "because of something else")
    assert len(chosen) == 1 and confirm(course.root, "ps", chosen) == 0
    (kept,) = (course.root / ".autograder").rglob("ann.json")
    kept.write_text("{ damaged")
    assert told(course)["ann", WHY][0] is False


def test_a_database_that_does_not_answer_is_one_sentence(course):
    """With what to do."""
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nc.CourseDirectory.db_url = 'sqlite:////nowhere/at/all/gradebook.db'\n")
    assert "the gradebook's database does not answer (" in run(course.root, "ps", status=1)


def test_unknown_names_are_one_sentence(course):
    """A course, a part, a student."""
    assert "has no assignment ps2; it has ps." in run(course.root, "ps2", status=1)
    assert "eve has no marks for ps" in run(course.root, "ps", "--student", "eve", status=1)
    assert "holds no course of nbgrader's" in run(course.root / "source", "ps", status=1)
