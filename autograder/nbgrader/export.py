"""Marks out of nbgrader's gradebook: `grades.csv`, and the tables that Canvas and Moodle import.

    nbgrader export                                                              grades.csv
    nbgrader export --exporter=autograder.nbgrader.export.CanvasCsv --to canvas.csv
    nbgrader export --exporter=autograder.nbgrader.export.MoodleCsv --to moodle.csv

nbgrader's own exporter writes 0.0 wherever there is no mark. Here what is not graded has an empty mark and a word that says why.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from collections.abc import Iterator

from nbgrader.api import Gradebook, MissingEntry, Student, SubmittedAssignment
from nbgrader.plugins import ExportPlugin

from ..classes.names import spreadsheet_text
from ..results.atomic import write_atomically

GRADED, NOT_GRADED, BY_HAND, NOT_HANDED_IN = "graded", "not graded", "needs manual grading", "no submission"
NO_MARK = "-"  # in Moodle's tables


@dataclass(frozen=True)
class Mark:
    """What a student has in an assignment; the points are None unless they are final."""

    student: Student
    assignment: str
    status: str
    points: float | None
    max_points: float
    penalty: float = 0.0
    timestamp: str = ""
    cells: tuple[tuple[str, float | None], ...] = ()


class KitExporter(ExportPlugin):
    """What the exporters have in common: the marks, and a table that no spreadsheet takes for formulas."""

    default_name = "grades.csv"

    def marks(self, gradebook: Gradebook) -> Iterator[Mark]:
        """Every mark asked for, by assignment and student."""
        for assignment in sorted(gradebook.assignments, key=lambda assignment: assignment.name):
            if self.assignment and assignment.name not in map(str, self.assignment):
                continue
            for student in sorted(gradebook.students, key=lambda student: student.id):
                if not self.student or student.id in map(str, self.student):
                    yield self._mark(gradebook, assignment, student)

    def _mark(self, gradebook: Gradebook, assignment, student: Student) -> Mark:
        try:
            found = gradebook.find_submission(assignment.name, student.id)
        except MissingEntry:
            status = NOT_GRADED if self._was_handed_in(assignment.name, student.id) else NOT_HANDED_IN
            return Mark(student, assignment.name, status, None, assignment.max_score)
        status = status_of(found)
        penalty = found.late_submission_penalty or 0.0
        points = max(0.0, found.score - penalty) if status == GRADED else None
        cells = tuple(
            (grade.name, None if _is_open(grade) else grade.score) for notebook in found.notebooks for grade in notebook.grades
        )
        return Mark(student, assignment.name, status, points, assignment.max_score, penalty, str(found.timestamp or ""), cells)

    def _was_handed_in(self, assignment: str, student: str) -> bool:
        coursedir = getattr(self.parent, "coursedir", None)
        return coursedir is not None and Path(coursedir.format_path(coursedir.submitted_directory, student, assignment)).is_dir()

    def write(self, rows: list[list]) -> None:
        """Write a table to where `--to` says."""
        path = Path(self.to or self.default_name)
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerows(
            [spreadsheet_text(cell) if isinstance(cell, str) and cell != NO_MARK else cell for cell in row] for row in rows
        )
        write_atomically(path, text.getvalue())
        self.log.info("Exported %d lines to %s", len(rows) - 1, path)


def status_of(submission: SubmittedAssignment) -> str:
    """Whether a submission's mark is final, and if not, who has to do something about it."""
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    if not grades or any(_is_open(grade) and grade.cell_type == "code" for grade in grades):
        return NOT_GRADED
    return BY_HAND if any(_is_open(grade) for grade in grades) else GRADED


def _is_open(grade) -> bool:
    return grade.auto_score is None and grade.manual_score is None


def _number(points: float | None) -> str | float:
    return "" if points is None else round(points, 2)


class GradesCsv(KitExporter):
    """`grades.csv`: one row an assignment and student, with a column that says whether the mark is final."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the table."""
        rows: list[list] = [
            [
                "assignment",
                "student_id",
                "last_name",
                "first_name",
                "email",
                "timestamp",
                "status",
                "score",
                "max_score",
                "late_submission_penalty",
                "problems",
            ]
        ]
        for mark in self.marks(gradebook):
            cells = "; ".join(f"{name}={'open' if points is None else f'{points:g}'}" for name, points in mark.cells)
            rows.append(
                [
                    mark.assignment,
                    *_person(mark.student),
                    mark.timestamp,
                    mark.status,
                    _number(mark.points),
                    _number(mark.max_points),
                    _number(mark.penalty),
                    cells,
                ]
            )
        self.write(rows)


def _person(student: Student) -> list[str]:
    return [student.id, student.last_name or "", student.first_name or "", student.email or ""]


class CanvasCsv(KitExporter):
    """Canvas's gradebook import: one row a student, one column an assignment; an empty mark leaves Canvas's as it is."""

    default_name = "canvas.csv"

    def export(self, gradebook: Gradebook) -> None:
        """Write the table."""
        by_student: dict[str, dict[str, Mark]] = {}
        most: dict[str, float] = {}
        for mark in self.marks(gradebook):
            by_student.setdefault(mark.student.id, {})[mark.assignment] = mark
            most[mark.assignment] = mark.max_points
        rows: list[list] = [
            ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *most],
            ["    Points Possible", "", "", "", "", *(_number(points) for points in most.values())],
        ]
        for student_id, marks in by_student.items():
            student = next(iter(marks.values())).student
            name = ", ".join(filter(None, [student.last_name, student.first_name])) or student_id
            points = [_number(marks[name].points) for name in most]
            rows.append([name, student.lms_user_id or "", student_id, student_id, "", *points])
        self.write(rows)


class MoodleCsv(KitExporter):
    """Moodle's grade import: one row a student, matched by ID number or e-mail; `-` stands for no mark."""

    default_name = "moodle.csv"

    def export(self, gradebook: Gradebook) -> None:
        """Write the table."""
        by_student: dict[str, dict[str, Mark]] = {}
        for mark in self.marks(gradebook):
            by_student.setdefault(mark.student.id, {})[mark.assignment] = mark
        names = list(dict.fromkeys(name for marks in by_student.values() for name in marks))
        rows: list[list] = [
            [
                "ID number",
                "First name",
                "Last name",
                "Email address",
                *(head for name in names for head in (name, f"{name} feedback")),
            ]
        ]
        for student_id, marks in by_student.items():
            student = next(iter(marks.values())).student
            points = [
                cell
                for name in names
                for cell in (
                    NO_MARK if marks[name].points is None else _number(marks[name].points),
                    "" if marks[name].status == GRADED else marks[name].status,
                )
            ]
            rows.append([student_id, student.first_name or "", student.last_name or "", student.email or "", *points])
        self.write(rows)
