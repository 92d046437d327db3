"""What the gradebook knows beside marks reaches them: deadlines, extensions, and who is on the roster."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook

from autograder.nbgrader.gradebook import deadlines, strangers


@pytest.fixture
def course(tmp_path):
    """A gradebook with an assignment, and the course that it belongs to."""
    about = SimpleNamespace(db_url=f"sqlite:///{tmp_path}/gradebook.db", course_id="dl101")
    with Gradebook(about.db_url, about.course_id) as book:
        book.add_assignment("classifiers", duedate="2026-11-21 00:00:00")
        for student in ("ana", "ben"):
            book.add_student(student)
            book.add_submission("classifiers", student)
    return about


def test_a_deadline_that_moves_changes_what_entered_marks_depend_on(course):
    """For everybody, and for one student with an extension; an assignment that is not there has none."""
    before = deadlines(course, "classifiers")
    with Gradebook(course.db_url, course.course_id) as book:
        book.update_or_create_assignment("classifiers", duedate="2026-12-01 00:00:00")
    moved = deadlines(course, "classifiers")
    assert before.keys() == moved.keys() == {""} and before != moved
    with Gradebook(course.db_url, course.course_id) as book:
        book.find_submission("classifiers", "ben").extension = timedelta(days=2)
        book.db.commit()
    assert deadlines(course, "classifiers").keys() == {"", "ben"}
    assert deadlines(course, "unknown") == {"": ""}


def test_who_is_not_on_the_roster_is_said_until_the_roster_has_them(course, tmp_path):
    """Also after nbgrader itself has entered them; a course without a roster has no strangers."""
    kept = tmp_path / "kept.json"
    assert strangers(course, ["ana", "eve"], kept) == ["eve"]
    with Gradebook(course.db_url, course.course_id) as book:
        book.add_student("eve")
    assert strangers(course, ["ana", "eve"], kept) == ["eve"]
    with Gradebook(course.db_url, course.course_id) as book:
        book.update_or_create_student("eve", first_name="Eve")
    assert strangers(course, ["ana", "eve"], kept) == []
    empty = SimpleNamespace(db_url=f"sqlite:///{tmp_path}/empty.db", course_id="dl101")
    for _ in range(2):
        assert strangers(empty, ["ana"], tmp_path / "other.json") == []
