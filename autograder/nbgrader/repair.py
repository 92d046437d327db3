"""The notebook that is graded: the course's own, with a student's answers and cells put into it.

Whatever a submitted notebook says of itself is left out: metadata, points, ids, outputs. Of a student's there are only texts: the
answers in cells for answers, and cells of their own. So a notebook that is broken, edited or missing costs nobody a mark.
"""

from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from ..sandbox.plain_text import harmless

MOST_CELLS = 1000
MOST_CHARACTERS = 200_000  # of one cell
PICTURES = ("image/png", "image/jpeg")
PICTURE_LIMIT_CHARACTERS = 4_000_000
UNREADABLE = "autograder_unreadable"  # in a notebook's metadata: there is one, and nobody can tell what it says
DELETED = "*This cell is not in the notebook that was handed in; look whether its answer stands elsewhere.*"
NOTE = "autograder_note"  # in a notebook's metadata: why the submitted one could not be used


class RepairNotebook(NbGraderPreprocessor):
    """First of the sanitizing steps of `nbgrader autograde`."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Rebuild the notebook from the course's source."""
        about, coursedir = resources["nbgrader"], self.parent.parent.coursedir  # exporter, converter
        folder = coursedir.format_path(coursedir.source_directory, ".", about["assignment"])
        source = nbformat.read(Path(folder) / f"{about['notebook']}.ipynb", as_version=nbformat.current_nbformat)
        return rebuilt(source, nb), resources


def rebuilt(source: NotebookNode, submitted: NotebookNode) -> NotebookNode:
    """The source notebook with the answers and the own cells of a submitted one.

    Args:
        source: the course's notebook.
        submitted: anything that could be read as a notebook.
    """
    answers: dict[str, NotebookNode] = {}
    own_behind: dict[int, list[NotebookNode]] = {}
    known = {cell_name(cell): place for place, cell in enumerate(source.cells) if cell_name(cell)}
    texts = {cell.source: place for place, cell in enumerate(source.cells) if not cell_name(cell)}
    last = -1
    for cell in list(submitted.get("cells", []))[:MOST_CELLS]:
        made = plain_cell(cell)
        name = cell_name(cell)
        if name in known:
            answers[name] = made  # of copies the last counts, as nbgrader has it
            last = known[name]
        elif made.source in texts:
            last = max(last, texts[made.source])
        elif made.source.strip():
            own_behind.setdefault(last, []).append(made)
    cells = list(own_behind.get(-1, []))
    there = bool(answers or own_behind) or submitted.get("metadata", {}).get(UNREADABLE)
    for place, cell in enumerate(source.cells):
        made = _with_answer(cell, answers.get(cell_name(cell)))
        if there and cell_name(cell) not in answers and is_answer(cell):
            made.source = (
                f"{made.source}\n\n{DELETED}"  # an untouched cell would be given 0 by nbgrader, without anybody's having looked
            )
        cells += [made, *own_behind.get(place, [])]
    if note := submitted.get("metadata", {}).get(NOTE):
        cells.insert(0, nbformat.v4.new_markdown_cell(f"**Note.** {note}"))
    return nbformat.v4.new_notebook(cells=cells, metadata=source.metadata)


def is_answer(cell: NotebookNode) -> bool:
    """Whether a person grades what a student writes in this cell."""
    about = cell.metadata.get("nbgrader", {})
    return bool(about.get("solution") and about.get("grade"))


def cell_name(cell: Any) -> str:
    """The id by which nbgrader knows a cell; empty when it has none that can be read."""
    try:
        found = cell["metadata"]["nbgrader"]["grade_id"]
    except (KeyError, TypeError):
        return ""
    return found if isinstance(found, str) else ""


def plain_cell(cell: Any) -> NotebookNode:
    """A cell of a student's as text and nothing else, save pictures in a Markdown cell."""
    text = harmless(_joined(cell.get("source")) if isinstance(cell, dict) else "", MOST_CHARACTERS)
    if isinstance(cell, dict) and cell.get("cell_type") == "code":
        return nbformat.v4.new_code_cell(text)
    made = nbformat.v4.new_markdown_cell(text)  # a raw cell would go into pages as it is
    pictures = _pictures(cell.get("attachments") if isinstance(cell, dict) else None)
    if pictures:
        made.attachments = pictures
    return made


def _joined(text: Any) -> str:
    """A text of a notebook file, where it may stand as a list of lines."""
    if isinstance(text, list):
        return "".join(line for line in text if isinstance(line, str))
    return text if isinstance(text, str) else ""


def _pictures(attachments: Any) -> dict:
    found = {}
    for name, kinds in attachments.items() if isinstance(attachments, dict) else ():
        data = {kind: _joined(kinds[kind]) for kind in PICTURES if isinstance(kinds, dict) and kind in kinds}
        if (
            isinstance(name, str)
            and data
            and all(len(text) < PICTURE_LIMIT_CHARACTERS and _is_base64(text) for text in data.values())
        ):
            found[name] = data
    return found


def _is_base64(text: str) -> bool:
    return all(char.isalnum() and char.isascii() or char in "+/=\n" for char in text)


def _with_answer(cell: NotebookNode, answer: NotebookNode | None) -> NotebookNode:
    """A cell of the course's, with the student's text where one is asked for."""
    made = nbformat.from_dict(cell)
    if made.cell_type == "code":
        made.outputs, made.execution_count = [], None
    if answer is not None and made.metadata.get("nbgrader", {}).get("solution"):
        made.source = answer.source
        if "attachments" in answer and made.cell_type == "markdown":
            made.attachments = answer.attachments
    return made
