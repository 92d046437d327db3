"""What the notebooks in an assignment's `source` folder ask for."""

from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader.coursedir import CourseDirectory

from ..classes.entries import ClassError
from ..course import problems
from .repair import cell_name


def source_notebooks(coursedir: CourseDirectory, assignment: str) -> dict[str, NotebookNode]:
    """The course's notebooks of an assignment by name."""
    folder = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
    return {path.stem: nbformat.read(path, as_version=4) for path in sorted(folder.glob("*.ipynb"))}


def wanted_problems(coursedir: CourseDirectory, assignment: str) -> tuple[str, ...]:
    """The problems that an assignment's notebooks have cells for.

    Raises:
        ClassError: there is no such assignment.
    """
    notebooks = source_notebooks(coursedir, assignment)
    if not notebooks:
        folder = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
        known = ", ".join(sorted(path.name for path in folder.parent.glob("*") if path.is_dir())) or "nothing"
        raise ClassError(f"{folder} holds no notebook; the course has {known}.")
    names = {name for notebook in notebooks.values() for name in graded_cells(notebook)}
    return tuple(name for name in problems() if name in names)


def graded_cells(notebook: NotebookNode) -> set[str]:
    """The ids of the cells of a notebook that carry points."""
    return {cell_name(cell) for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")}
