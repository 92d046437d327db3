"""What a student handed in for a problem, highlighted, as text that nobody can run or change: for the cell of that problem."""

from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from ..course import Part, Problem, part_of, problems
from ..sandbox.plain_text import harmless
from ..submission.locate import part_files
from ..submission.reader import Unreadable, read

MOST_CHARACTERS = 30_000  # of one file; what students write has a few thousand


def code_of(folder: Path, wanted: tuple[str, ...]) -> dict[str, list[tuple[str, Markup]]]:
    """The files of each problem with their names; none of a submission that cannot be read.

    Args:
        folder: of the submission.
        wanted: ids of problems.
    """
    asked = [problems()[name] for name in wanted]
    try:
        contents = read(folder, [file for problem in asked for file in problem.files])
    except (Unreadable, OSError):
        return {}
    by_part: dict[str, Mapping[str, bytes]] = {}
    for problem in asked:
        part: Part = part_of(problem)
        if part.id not in by_part:
            by_part[part.id] = part_files(contents, part)
    return {problem.id: _shown(problem, by_part[problem.part]) for problem in asked}


def _shown(problem: Problem, files: Mapping[str, bytes]) -> list[tuple[str, Markup]]:
    return [(name, highlighted(files[name])) for name in problem.files if name in files and name.endswith(".py")]


def highlighted(content: bytes) -> Markup:
    """A Python file as HTML with numbers of lines; everything in it is escaped."""
    text = harmless(content.decode("utf-8", "replace"), MOST_CHARACTERS)
    form = HtmlFormatter(noclasses=True, linenos="inline", style="default", cssstyles="background:none;margin:0;font-size:12px")
    return Markup(highlight(text, PythonLexer(), form))
