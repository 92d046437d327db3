"""The steps of `nbgrader autograde` that put the harness's marks and feedback into the notebook and into the gradebook.

They run after everything of a student's has run, in nbgrader's own process, and take nothing from the notebook but the ids and points of
the course's cells, which `repair` has put there.
"""

from pathlib import Path
from typing import Any

import nbformat
from markupsafe import Markup
from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Bool

from ..results.record import SubmissionResult
from .feedback import problem_page
from .graded_once import KeptResults
from .looked_at import LookedAt, digest_of_answer, digest_of_mark
from .own_code import code_of
from .repair import cell_name, is_answer
from .sources import wanted_problems

MARKS = "autograder"  # in nbconvert's resources: points by cell, None where they are open
LOOKED_AT = "autograder_looked_at"  # there too: what a person has looked at
_KEPT: dict[tuple, KeptResults] = {}


class HarnessMarks(NbGraderPreprocessor):
    """Puts score and feedback of each problem into the output of its cell."""

    own_points = Bool(False, help="The course gives other points than the kit; marks are turned into those.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Grade the submission's files, or take the result that is kept, and write the outputs.

        Raises:
            PoolFault: nothing can be graded on this machine.
        """
        about, coursedir = resources["nbgrader"], self.parent.parent.coursedir
        cells = {cell_name(cell): cell for cell in nb.cells if utils.is_grade(cell) and not utils.is_solution(cell)}
        wanted = wanted_problems(coursedir, about["assignment"])
        resources[MARKS] = {}
        resources[LOOKED_AT] = LookedAt(Path(coursedir.root), about["assignment"], about["student"])
        if cells.keys() & set(wanted):
            result = kept_results(coursedir, about["assignment"], wanted).result(about["student"])
            folder = coursedir.format_path(coursedir.submitted_directory, about["student"], about["assignment"])
            code = code_of(Path(folder), wanted)
            resources[MARKS] = {
                name: self._write(cells[name], name, result, code.get(name, [])) for name in wanted if name in cells
            }
        return nb, resources

    def _write(self, cell: NotebookNode, name: str, result: SubmissionResult, code: list[tuple[str, Markup]]) -> float | None:
        """The points of a problem's cell, which may be worth something else than in the kit; None when they are open."""
        found, points = result[name], None
        if found.graded:
            points = round(found.score / found.max_score * float(cell.metadata.nbgrader["points"]), 2)
        data = {"text/html": problem_page(result, name, code), "text/plain": "not graded" if points is None else str(points)}
        cell.outputs = [nbformat.v4.new_output("execute_result", data, execution_count=1)]
        cell.execution_count = 1
        return points


def kept_results(coursedir: Any, assignment: str, wanted: tuple[str, ...]) -> KeptResults:
    """The results of an assignment, opened once a process."""
    root = Path(coursedir.root)
    submitted = Path(coursedir.format_path(coursedir.submitted_directory, "*", assignment)).parents[1]
    key = (root, submitted, assignment, wanted)
    if key not in _KEPT:
        _KEPT[key] = KeptResults(root, submitted, assignment, wanted)
    return _KEPT[key]


class SaveHarnessMarks(SaveAutoGrades):
    """Enters the harness's points; what a problem's cell shows is not even looked at."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Enter marks and comments of a notebook, and keep what a person who looks at it now would see."""
        nb, resources = super().preprocess(nb, resources)
        if LOOKED_AT in resources:
            marks = {name: digest_of_mark(points) for name, points in resources[MARKS].items()}
            resources[LOOKED_AT].enter(marks | {cell_name(cell): digest_of_answer(cell) for cell in nb.cells if is_answer(cell)})
        return nb, resources

    def _add_score(self, cell: NotebookNode, resources: dict) -> None:
        marks, name = resources.get(MARKS, {}), cell_name(cell)
        if name not in marks:
            super()._add_score(cell, resources)
            if not float(cell.metadata.nbgrader["points"]):
                self._open_for_extra_credit(name)
            return
        grade = self.gradebook.find_grade(name, self.notebook_id, self.assignment_id, self.student_id)
        grade.auto_score = marks[name]
        grade.needs_manual_grade = marks[name] is None or grade.manual_score is not None
        self.gradebook.db.commit()

    def _open_for_extra_credit(self, name: str) -> None:
        """An optional answer has 0 points of its own: without any, nbgrader would pass over the extra credit that a grader enters."""
        grade = self.gradebook.find_grade(name, self.notebook_id, self.assignment_id, self.student_id)
        if grade.auto_score is None:
            grade.auto_score = 0.0  # and it still waits for somebody to read it
            self.gradebook.db.commit()
