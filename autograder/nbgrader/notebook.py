"""A part's notebook for nbgrader: the story, one autograded cell a problem, one manually graded cell a written answer.

Ids of graded cells are stable: a problem's own id, and `answer_` with a question's number. The kernel never sees a mark:
the autograded cells call the public checks, and the harness puts score and feedback in their place.
"""

import hashlib
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

from ..build.questions import Question, questions
from ..course import Part
from .story import STORY, StoryCell, expect_every_problem, read_story

SCHEMA_VERSION = 3
EMPTY_ANSWER = "YOUR ANSWER HERE"  # nbgrader's own; an answer that still is this gets 0 without being read
START = """\
%load_ext autoreload
%autoreload 2
%matplotlib inline
from notebook_boxes import public_checks, task"""
OPTIONAL = "optional: extra points"


def build_notebook(part: Part, wanted: tuple[str, ...] = ()) -> NotebookNode:
    """The notebook as it stands in an nbgrader course's `source` folder.

    Args:
        part: the part of the course.
        wanted: ids of the problems that the course gives; all when empty.
    Raises:
        StoryError: the story is wrong, or leaves a problem out.
        BuildError: `written.toml` is wrong.
    """
    known = tuple(problem.id for problem in part.problems)
    chosen = tuple(name for name in known if not wanted or name in wanted)
    path = part.checks / STORY
    story = read_story(path, known) if path.is_file() else plain_story(known)
    expect_every_problem(story, path, known)
    cells = [_text("title", f"# Part {part.number}: {part.title}\n\n{part.summary}"), _code("start", START)]
    for cell in story:
        if set(cell.names) <= set(chosen):
            cells += _cells_of(cell, part)
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata.language_info = {"name": "python"}
    return notebook


def plain_story(known: tuple[str, ...]) -> list[StoryCell]:
    """The story of a part for which none is written: its problems, one after the other."""
    return [StoryCell("problem", (name,), "") for name in known] + [StoryCell("questions", (), "")]


def _cells_of(cell: StoryCell, part: Part) -> list[NotebookNode]:
    if cell.kind == "problem":
        return _problem_cells(cell, part)
    if cell.kind == "questions":
        asked = questions(part.folder)
        return [made for question in asked for made in _question_cells(question)]
    return [_text(cell.text, cell.text) if cell.kind == "markdown" else _code(cell.text, cell.text)] if cell.text else []


def _problem_cells(cell: StoryCell, part: Part) -> list[NotebookNode]:
    problem = part[cell.names[0]]
    heading = f"## {problem.number} {problem.title} ({problem.points} points)"
    files = ", ".join(f"`{name}`" for name in problem.files)
    where = f"Write it in {files}, {problem.lines}, and save the file. The next cell runs its public checks; hidden checks give the points."
    text = "\n\n".join(filter(None, [heading, cell.text, where]))
    check = _code(problem.id, f'public_checks("{problem.id}")')
    check.metadata.nbgrader = _metadata(problem.id, points=float(problem.points), grade=True, locked=True)
    return [_text(f"about {problem.id}", text), check]


def _question_cells(question: Question) -> list[NotebookNode]:
    """The question and the cell for its answer; an optional one is worth nothing itself, graders give extra credit."""
    points = f"{question.points} points" + (f", {OPTIONAL}" if question.optional else "")
    asked = _text(f"question {question.number}", f"## {question.number} {question.title} ({points})\n\n{question.question}")
    name = f"answer_{question.number.replace('.', '_')}"
    asked.metadata.nbgrader = _metadata(f"question_{question.number.replace('.', '_')}", locked=True)
    answer = _text(name, EMPTY_ANSWER)
    answer.metadata.nbgrader = _metadata(
        name, points=0.0 if question.optional else float(question.points), grade=True, solution=True
    )
    return [asked, answer]


def _metadata(
    grade_id: str, points: float | None = None, grade: bool = False, solution: bool = False, locked: bool = False
) -> dict[str, Any]:
    found = {
        "grade_id": grade_id,
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": False,
        "schema_version": SCHEMA_VERSION,
    }
    return found | ({} if points is None else {"points": points})


def _text(seed: str, source: str) -> NotebookNode:
    return nbformat.v4.new_markdown_cell(source, id=_cell_id(seed))


def _code(seed: str, source: str) -> NotebookNode:
    return nbformat.v4.new_code_cell(source, id=_cell_id(seed))


def _cell_id(seed: str) -> str:
    """An id that is the same in every build, as Jupyter wants one."""
    return hashlib.sha256(seed.encode()).hexdigest()[:12]
