"""`autograder nbgrader confirm COURSE PART`: marks by hand that wait only since autograding ran again, confirmed together.

What waits in the formgrader and what this makes of it:

    a mark by hand or extra credit, and what it was given for is as it was         confirmed
    the same, but the answer, or the automatic mark, has changed since             a person looks
    an answer without a mark, one that was deleted, a problem that is not graded   a person looks

No mark is changed: of the gradebook only the note that somebody has to look is taken away.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from collections.abc import Iterable

from nbgrader.api import Gradebook, MissingEntry

from ..classes.entries import ClassError
from ..results.numbers import points
from .feedback_page import titles
from .gradebook import course_at
from .initialise import CONFIG
from .looked_at import LookedAt
from .sources import source_notebooks


@dataclass(frozen=True)
class Waiting:
    """A grade that waits for a person in the formgrader."""

    student: str
    title: str
    mark: str  # in words
    why: str
    key: str  # of the row in the gradebook
    state: tuple  # of that row and its answer; another one by now would be another question
    a_glance: bool  # whether it may be confirmed without looking at the work

    def __str__(self) -> str:
        return f"{self.student}: {self.title}, {self.mark}: {self.why}"


def waiting(root: Path, assignment: str, students: Iterable[str] = ()) -> list[Waiting]:
    """Every grade of an assignment that waits, by student and in the notebook's order.

    Args:
        root: the course directory.
        assignment: its name.
        students: these only; everybody who has handed in when empty.
    Raises:
        ClassError: there is no such course or assignment, or a student's work has not been autograded.
    """
    if not (root / CONFIG).is_file():
        raise ClassError(f"{root} holds no course of nbgrader's; make one with `autograder nbgrader init`.")
    with course_at(root) as (coursedir, _), Gradebook(coursedir.db_url, coursedir.course_id) as book:
        try:
            book.find_assignment(assignment)
        except MissingEntry:
            known = ", ".join(sorted(found.name for found in book.assignments)) or "none"
            raise ClassError(f"the gradebook has no assignment {assignment}; it has {known}.") from None
        rows: dict[str, Any] = {row.student_id: row for row in book.assignment_submissions(assignment)}
        if unknown := sorted(set(students) - rows.keys()):
            raise ClassError(
                f"{unknown[0]} has no marks for {assignment}; look at the name, or call `autograder nbgrader autograde` first."
            )
        names = {name: title for made in source_notebooks(coursedir, assignment).values() for name, title in titles(made).items()}
        found = []
        for student in sorted(set(students) or rows):
            seen = LookedAt(Path(coursedir.root), assignment, student)
            for notebook in rows[student].notebooks:
                answers = {cell.name for cell in notebook.notebook.solution_cells}
                order = {cell.id: place for place, cell in enumerate(notebook.notebook.grade_cells)}
                grades = sorted(notebook.grades, key=lambda grade: order.get(grade.cell_id, 0))
                for grade in grades:
                    if grade.needs_manual_grade:
                        why, a_glance = _why(grade, grade.name in answers, seen)
                        title = names.get(grade.name, grade.name)
                        found.append(Waiting(student, title, _mark(grade), why, grade.id, _state(grade, seen), a_glance))
    return found


def _why(grade: Any, is_answer: bool, seen: LookedAt) -> tuple[str, bool]:
    """Why a grade waits, and whether it needs no more than a glance."""
    if not is_answer and grade.auto_score is None:
        return "not graded", False
    if is_answer and seen.is_deleted(grade.name):
        return "its cell was deleted; look whether the answer stands elsewhere", False
    if grade.manual_score is None and not grade.extra_credit:
        return "nobody has read this answer", False
    what = "the answer" if is_answer else "the automatic mark"
    unchanged = seen.unchanged(grade.name)
    if unchanged:
        return f"autograded again, and {what} is as it was", True
    if unchanged is None:
        return f"autograded again, and nobody knows whether {what} is as it was", False
    return f"{what} has changed since", False


def _mark(grade: Any) -> str:
    if grade.manual_score is None and grade.auto_score is None:
        return "open"
    said = points(grade.auto_score) if grade.manual_score is None else f"{points(grade.manual_score)} by hand"
    if grade.manual_score is not None and grade.auto_score is not None:
        said += f" ({points(grade.auto_score)} automatically)"
    return f"{said} + {points(grade.extra_credit)} extra" if grade.extra_credit else said


def _state(grade: Any, seen: LookedAt) -> tuple:
    return grade.auto_score, grade.manual_score, grade.extra_credit, seen.entered(grade.name)


def confirm(root: Path, assignment: str, chosen: Iterable[Waiting]) -> int:
    """Let grades wait no longer that need only a glance; how many. One that is another by now goes on waiting."""
    count = 0
    with course_at(root) as (coursedir, _), Gradebook(coursedir.db_url, coursedir.course_id) as book:
        for one in chosen:
            grade: Any = book.find_grade_by_id(one.key)
            seen = LookedAt(Path(coursedir.root), assignment, one.student)
            if one.a_glance and grade.needs_manual_grade and _state(grade, seen) == one.state:
                grade.needs_manual_grade = False
                count += 1
        book.db.commit()
    return count
