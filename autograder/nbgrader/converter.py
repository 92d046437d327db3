"""nbgrader's `Autograde`, made to grade every submission there is: with a notebook, without one, or with one that is broken."""

import glob
import json
import os
import shutil
from pathlib import Path, PurePath
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat.notebooknode import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.utils import find_all_files, is_ignored

from ..classes.entries import ClassError
from .looked_at import LookedAt
from .points import expect_points
from .repair import NOTE, UNREADABLE, cell_name
from .sources import graded_cells, source_notebooks

NOTEBOOK_LIMIT_BYTES = 32 << 20
MOST_FILES = 2000


def install() -> None:
    """Let nbgrader's commands and its formgrader use `HarnessAutograde`; both name the class and offer no setting for it."""
    import nbgrader.apps.api
    import nbgrader.apps.autogradeapp

    nbgrader.apps.api.Autograde = nbgrader.apps.autogradeapp.Autograde = HarnessAutograde  # type: ignore[misc]


class TolerantExporter(NotebookExporter):
    """Reads whatever a student handed in as a notebook, also when that is none."""

    def from_filename(self, filename: str, resources: dict | None = None, **kw: Any) -> tuple[NotebookNode, dict]:
        """Convert the file; an empty notebook with a note stands for one that cannot be read."""
        if not getattr(self.parent, "_sanitizing", False):  # the second pass reads what the first has written
            return super().from_filename(filename, resources, **kw)
        sources = source_notebooks(self.parent.coursedir, resources["nbgrader"]["assignment"])  # type: ignore[union-attr,index]
        asked = {name: graded_cells(notebook) for name, notebook in sources.items()}
        notebook = read_submitted(Path(filename), asked)
        resources = self._init_resources(resources or {})
        resources["metadata"].update(name=Path(filename).stem, path=str(Path(filename).parent))
        return self.from_notebook_node(notebook, resources=resources, **kw)


def read_submitted(path: Path, asked: dict[str, set[str]]) -> NotebookNode:
    """The notebook at a path, or the likeliest one beside it, or an empty one with a note in its metadata.

    Args:
        path: where it should be.
        asked: the assignment's notebooks by name, each with the ids of its graded cells.
    """
    if path.is_file() and not path.is_symlink():
        notebook, trouble = _read(path)
        if notebook is not None:
            return notebook
        found = _empty(f"Your notebook {path.name} cannot be read ({trouble}). Your files were graded all the same.")
        found.metadata[UNREADABLE] = True
        return found
    others = [(other.name, _read(other)[0]) for other in sorted(path.parent.glob("*.ipynb"))[:20] if other.stem not in asked]
    rated = [(len(asked[path.stem] & {cell_name(cell) for cell in found.cells}), name, found) for name, found in others if found]
    common, name, notebook = max(rated, key=lambda row: row[0], default=(0, "", None))
    if notebook is None or not common:
        return _empty(f"There is no notebook {path.name} in your submission. Your files were graded all the same.")
    notebook.metadata[NOTE] = f"Your notebook is called {name!r} instead of {path.name}; it was taken for it."
    return notebook


def _read(path: Path) -> tuple[NotebookNode | None, str]:
    """A notebook of any version, or None and why."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > NOTEBOOK_LIMIT_BYTES:
            return None, "it is a link or too large"
        content = json.loads(path.read_bytes())
        major = content.get("nbformat", 4)
        notebook = nbformat.from_dict(content)
        notebook = notebook if major == 4 else nbformat.convert(notebook, 4)
        if not isinstance(notebook.get("cells"), list):
            return None, "it has no cells"
        # Not validated: `repair` takes only texts from it.
        cells = [cell for cell in notebook.cells if isinstance(cell, dict)]
        return nbformat.from_dict({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), ""
    except Exception as error:  # nbformat's converters of old versions raise whatever an odd cell makes them raise
        return None, type(error).__name__


def _empty(note: str) -> NotebookNode:
    return nbformat.from_dict({"cells": [], "metadata": {NOTE: note}, "nbformat": 4, "nbformat_minor": 5})


class VettedFiles(BaseConverter):
    """Copies a student's files without following links, and never in the place of the course's own."""

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Copy what a student handed in, notebooks excepted, into the destination."""
        source, dest = Path(self._format_source(assignment_id, student_id)), Path(self._format_dest(assignment_id, student_id))
        ours = self._course_files(assignment_id)
        dest.mkdir(parents=True, exist_ok=True)
        for count, (name, path) in enumerate(_regular_files(source, self.coursedir.ignore)):
            if count >= MOST_FILES or path.stat().st_size > 1000 * self.coursedir.max_file_size or _collides(name, ours):
                continue
            target = dest / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)

    def _course_files(self, assignment_id: str) -> set[str]:
        folder = self.coursedir.format_path(self.coursedir.source_directory, ".", assignment_id)
        return {os.path.relpath(path, folder) for path in find_all_files(folder, self.coursedir.ignore + ["*.ipynb"])}


def _regular_files(folder: Path, ignore: list[str]):
    for current, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_ignored(os.path.join(current, name), ignore))
        for name in sorted(files):
            path = Path(current, name)
            if path.is_file() and not path.is_symlink() and path.suffix != ".ipynb" and not is_ignored(str(path), ignore):
                yield path.relative_to(folder).as_posix(), path


def _collides(name: str, ours: set[str]) -> bool:
    """Whether a file's folders are the course's files, or the file is one of the course's folders."""
    parents = {parent.as_posix() for parent in PurePath(name).parents}
    return bool(parents & ours) or any(path.startswith(f"{name}/") for path in ours)


class HarnessAutograde(Autograde, VettedFiles):
    """nbgrader's converter; every folder of a student is a submission, with the notebooks that the gradebook knows."""

    def init_notebooks(self) -> None:
        """Find the submissions.

        Raises:
            NbGraderException: there is none, the assignment is not in the gradebook, or its points are not the kit's.
        """
        name = self.coursedir.assignment_id
        notebooks = self._known_notebooks(name)
        try:
            expect_points(self.coursedir, self.config, name)
        except ClassError as error:
            self.log.error(str(error))
            raise NbGraderException(str(error)) from None
        folders = [folder for folder in glob.glob(self._format_source(name, self.coursedir.student_id)) if os.path.isdir(folder)]
        self.assignments = {
            folder: [os.path.join(folder, f"{notebook}.ipynb") for notebook in notebooks] for folder in sorted(folders)
        }
        if not self.assignments:
            message = f"No submissions were matched by '{self._format_source(name, self.coursedir.student_id)}'"
            self.log.error(message)
            raise NbGraderException(message)

    def _known_notebooks(self, assignment: str) -> list[str]:
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as book:
            try:
                return [notebook.name for notebook in book.find_assignment(assignment).notebooks]
            except MissingEntry:
                message = f"No assignment '{assignment}' in the gradebook; run `nbgrader generate_assignment {assignment}`"
                self.log.error(message)
                raise NbGraderException(message) from None

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Prepare a submission; every automatic mark is open until the harness has given it.

        nbgrader gives 0 where a notebook is missing. Should grading then fail, that 0 would stay.
        """
        settled = self._settled(assignment_id, student_id)  # nbgrader takes a missing notebook's cells for settled, too
        LookedAt(Path(self.coursedir.root), assignment_id, student_id).nobody_waits_for(settled)
        super().init_assignment(assignment_id, student_id)
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as book:
            for notebook in book.find_submission(assignment_id, student_id).notebooks:
                for grade in notebook.grades:
                    grade.auto_score, grade.needs_manual_grade = None, True
            book.db.commit()

    def _settled(self, assignment: str, student: str) -> set[str]:
        """The cells of a submission that wait for nobody."""
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as book:
            try:
                notebooks = book.find_submission(assignment, student).notebooks
            except MissingEntry:
                return set()
            return {grade.name for notebook in notebooks for grade in notebook.grades if not grade.needs_manual_grade}
