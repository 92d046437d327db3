"""The feedback page as one self-contained HTML file: no script, nothing fetched, everything a student wrote escaped.

The same record gives the same bytes: nothing here looks at the clock, and times are left out.
"""

import base64
import functools
import hashlib
import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ..course import parts
from ..sandbox.plain_text import harmless
from .decided import lines
from .record import ProblemResult, SubmissionResult
from .statuses import STATUSES
from .numbers import points
from .terminal import groups

if TYPE_CHECKING:
    from ..decisions.marks import FinalMarks

TEMPLATES = Path(__file__).with_name("templates")
LONGEST_TEXT = 20_000  # characters of one value on the page; the record's own limits are tighter


@dataclass(frozen=True)
class Section:
    """The problems of one part of the course, with their points together."""

    title: str
    problems: list[ProblemResult]

    @property
    def score(self) -> float:
        """Points reached in the part."""
        return round(sum(problem.score for problem in self.problems), 2)

    @property
    def max_score(self) -> float:
        """Points the part is worth."""
        return sum(problem.max_score for problem in self.problems)


def page(result: SubmissionResult, for_staff: bool = False, final: "FinalMarks | None" = None) -> str:
    """The page of one submission as HTML text.

    Args:
        result: the record.
        for_staff: also show what the code printed and the full texts of exceptions; not meant for students.
        final: what counts, where that is not only what was earned.
    """
    template = environment(TEMPLATES).get_template("feedback.html.j2")
    style = (TEMPLATES / "feedback.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return template.render(
        result=result,
        final=final,
        decided=lines(final),
        sections=_sections(result),
        for_staff=for_staff,
        style=Markup(style),
        style_digest=f"sha256-{digest}",
    )


def message_lines(message: str) -> list[tuple[str, str]]:
    """A message as (kind, text) pairs: `lead` is the line that stands alone, `code` the source, `text` the rest."""
    found: list[tuple[str, str]] = []
    for line in message.rstrip().splitlines():
        kind = "code" if line.startswith(("    ", "\t")) else "text" if found else "lead"
        if kind == "code" and found and found[-1][0] == "code":
            found[-1] = "code", f"{found[-1][1]}\n{line.strip()}"
        elif line.strip():
            found.append((kind, line.strip()))
    return found


def _sections(result: SubmissionResult) -> list[Section]:
    titles = {part.id: f"Part {part.number}: {part.title}" for part in parts()}
    by_part = itertools.groupby(result.problems, key=lambda problem: problem.problem.part)
    return [Section(titles.get(part, part), list(problems)) for part, problems in by_part]


@functools.cache
def environment(templates: Path) -> Environment:
    """Jinja2 for the templates in a folder, with this module's filters: everything is escaped and made harmless."""
    made = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    made.filters.update(points=points, with_code=with_code, groups=groups, message_lines=message_lines)
    made.globals.update(statuses=STATUSES)
    return made


def _finalize(value: Any) -> Any:
    """Every text passes here before it is escaped: no control or direction-changing characters."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else harmless(value, LONGEST_TEXT)


def with_code(text: str) -> Markup:
    """The text escaped, with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`\n]+)`", r"<code>\1</code>", str(escape(harmless(text, LONGEST_TEXT)))))
