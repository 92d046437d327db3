"""nbgrader's pages with the names of problems and questions, where its templates say "Test cell" or an id for all of them."""

import html
import re
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbformat.notebooknode import NotebookNode

from ..course import problems
from .repair import cell_name

QUESTION, ANSWER = "question_", "answer_"  # ids that `notebook.py` gives
_HEADING = re.compile(r"^## (?P<title>.*?)(?: \([\d.]+ points[^)]*\))?$", re.MULTILINE)
KINDS = ("Test cell", "Coding free-response", "Written response")  # nbgrader's words
LABEL = '<span class="nbgrader-label">'  # above a cell on the formgrader's page


class FeedbackExporter(HTMLExporter):
    """Makes the page that students fetch."""

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[Any, dict[str, Any]]:
        """The page as HTML, with names in its table of contents and above its cells."""
        page, resources = super().from_notebook_node(nb, resources=resources, **kw)
        return named(page, titles(nb)), resources


def titles(nb: NotebookNode) -> dict[str, str]:
    """What the graded cells of a course's notebook are called, by their ids; only the course's own cells are read."""
    found = {name: f"{problem.number} {problem.title}" for name, problem in problems().items()}
    for cell in nb.cells:
        name = cell_name(cell)
        if name.startswith(QUESTION) and (heading := _HEADING.search(cell.source)):
            found[name.replace(QUESTION, ANSWER, 1)] = heading["title"]
    return found


def named(page: str, titles: dict[str, str]) -> str:
    """A page of nbgrader's in which cells are called by their titles."""
    for name, title in titles.items():
        words = html.escape(title)
        for kind in KINDS:
            page = page.replace(f'<a href="#{name}">{kind}</a>', f'<a href="#{name}">{words}</a>')
        page = page.replace(f"Grade cell: <code>{name}</code>", words)
    return page


def with_titles(panel: str) -> str:
    """A cell on the formgrader's page, headed by its problem's title instead of its id; a filter of the course's template."""
    for name, problem in problems().items():
        panel = panel.replace(f"{LABEL}<code>{name}</code>", f"{LABEL}{html.escape(f'{problem.number} {problem.title}')}")
    return panel
