"""The course in nbgrader's gradebook before anything is handed in: assignments with their points, and the students."""

import json
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from collections.abc import Iterator

from nbformat.notebooknode import NotebookNode
from nbgrader.api import Comment, Grade, Gradebook, MissingEntry
from nbgrader.apps import NbGrader
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, ClearSolutions, ComputeChecksums, LockCells, SaveCells
from nbconvert.exporters import NotebookExporter
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config

from ..course import problems


@contextmanager
def course_at(root: Path) -> Iterator[tuple[CourseDirectory, Config]]:
    """A course directory with its configuration, as nbgrader's own commands load it when they are called there."""
    before = os.getcwd()
    programs = str(Path(sys.executable).parent)
    if programs not in os.environ.get("PATH", "").split(os.pathsep):  # nbgrader calls alembic by its name
        os.environ["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", "")])
    os.chdir(root)
    try:
        app = NbGrader()
        app.load_config_file()
        yield CourseDirectory(config=app.config), app.config
    finally:
        os.chdir(before)


class GradebookError(ValueError):
    """There is no gradebook at an address; the message says why and what helps."""


def expect_gradebook(db_url: str) -> None:
    """Connect once, before anything is made.

    Raises:
        GradebookError: no database answers there.
    """
    try:
        engine = create_engine(db_url)
        engine.connect().close()
        engine.dispose()
    except ModuleNotFoundError as error:
        raise GradebookError(
            f"--db-url needs the package {error.name}; install it, or name another driver as in "
            "postgresql+psycopg2://user@host/grades (pip install psycopg2-binary)."
        ) from None
    except (SQLAlchemyError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise GradebookError(f"no database answers at that --db-url ({reason}); correct it, or start the server.") from None


def enter_course(root: Path, assignments: list[str], students: dict[str, dict[str, str]]) -> None:
    """Enter assignments, their cells with points, and students.

    Args:
        root: the course directory.
        assignments: the folders in `source`.
        students: what the roster says of each.
    """
    with course_at(root) as (coursedir, config):
        with Gradebook(coursedir.db_url, coursedir.course_id) as book:
            for name in assignments:
                book.update_or_create_assignment(name)
        enter_students(coursedir, students)
        for name in assignments:
            enter_cells(coursedir, config, name)


def enter_students(coursedir: CourseDirectory, students: dict[str, dict[str, str]]) -> None:
    """Enter students, or what the roster says of them now."""
    with Gradebook(coursedir.db_url, coursedir.course_id) as book:
        for student, about in students.items():
            book.update_or_create_student(student, **about)


def students_in(coursedir: CourseDirectory) -> dict[str, dict[str, str]]:
    """Everybody in the gradebook, with what it says of them."""
    names = ("first_name", "last_name", "email", "lms_user_id")
    with Gradebook(coursedir.db_url, coursedir.course_id) as book:
        return {row.id: {name: getattr(row, name) for name in names} for row in cast(Any, book.students)}


def deadlines(coursedir: CourseDirectory, assignment: str) -> dict[str, str]:
    """When an assignment is due: for everybody under the empty name, and for those who have an extension under theirs."""
    with Gradebook(coursedir.db_url, coursedir.course_id) as book:
        try:
            due = {"": str(book.find_assignment(assignment).duedate)}
            submissions: Any = book.assignment_submissions(assignment)
        except MissingEntry:
            return {"": ""}
        return due | {row.student_id: f"{due['']} + {row.extension}" for row in submissions if row.extension}


def other_points(coursedir: CourseDirectory, assignment: str) -> dict[str, tuple[float, float]]:
    """The problems that the gradebook gives other points than the kit, each with both; none for an assignment that is not there."""
    known = problems()
    with Gradebook(coursedir.db_url, coursedir.course_id) as book:
        try:
            notebooks: Any = book.find_assignment(assignment).notebooks
        except MissingEntry:
            return {}
        held = {cell.name: cell.max_score for notebook in notebooks for cell in notebook.grade_cells}
    return {
        name: (points, float(known[name].points)) for name, points in held.items() if name in known and points != known[name].points
    }


def strangers(coursedir: CourseDirectory, students: list[str], kept: Path) -> list[str]:
    """Those of the students whom the course's roster does not have; none where a course has no roster.

    Args:
        students: who handed in.
        kept: a file with those whom nbgrader entered without knowing them; it is written where there are new ones.
    """
    with Gradebook(coursedir.db_url, coursedir.course_id) as book:
        everybody = cast(Any, book.students)
        listed = {row.id: bool(row.first_name or row.last_name or row.email or row.lms_user_id) for row in everybody}
    known: dict[str, Any] = (
        json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {"roster": bool(listed), "entered": []}
    )
    entered = {student for student in known["entered"] if not listed.get(student)}
    found = sorted(student for student in students if student not in listed or student in entered)
    kept.write_text(json.dumps({"roster": known["roster"], "entered": sorted(entered | set(found))}), encoding="utf-8")
    return found if known["roster"] or any(listed.values()) else []


class SaveCellsBesideMarks(SaveCells):
    """nbgrader's step that enters a notebook's cells, which refuses new ones as soon as somebody has handed in.

    Here every submission gets a row for a new cell, open until it is graded; no cell and no row is ever removed.
    """

    def _create_notebook(self, nb: NotebookNode) -> None:
        try:
            submissions = self.gradebook.find_notebook(self.notebook_id, self.assignment_id).submissions
        except MissingEntry:
            submissions = []
        if not submissions:
            super()._create_notebook(nb)
            return
        where = self.notebook_id, self.assignment_id
        for name, info in self.new_grade_cells.items():
            self.gradebook.update_or_create_grade_cell(name, *where, **info)
        for name, info in self.new_solution_cells.items():
            self.gradebook.update_or_create_solution_cell(name, *where, **info)
        for name, info in self.new_source_cells.items():
            self.gradebook.update_or_create_source_cell(name, *where, **info)
        notebook: Any = self.gradebook.find_notebook(*where)
        for submitted in notebook.submissions:
            graded, commented = ({row.cell_id for row in rows} for rows in (submitted.grades, submitted.comments))
            new = [Grade(cell_id=cell.id, notebook=submitted) for cell in notebook.grade_cells if cell.id not in graded]
            new += [Comment(cell_id=cell.id, notebook=submitted) for cell in notebook.solution_cells if cell.id not in commented]
            self.gradebook.db.add_all(new)
        self.gradebook.db.commit()


def enter_cells(coursedir: CourseDirectory, config: Config, assignment: str) -> None:
    """What `nbgrader generate_assignment` saves of a notebook, without making the released files, also once marks are there."""
    folder = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
    for path in sorted(folder.glob("*.ipynb")):
        exporter = NotebookExporter(config=config)
        for step in (LockCells, ClearSolutions, ClearOutput, CheckCellMetadata, ComputeChecksums, SaveCellsBesideMarks):
            exporter.register_preprocessor(step, enabled=True)
        about = {"student": ".", "assignment": assignment, "notebook": path.stem, "db_url": coursedir.db_url}
        exporter.from_filename(str(path), resources={"nbgrader": about, "unique_key": path.stem})
