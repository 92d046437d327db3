"""Everything that a class run can make of a record, by name: plain functions from a record to the text of one file.

A new one is a line here. Renderers look at nothing but the record, and the final marks where something was decided about it; the same of
both gives the same text.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from .record import SubmissionResult

if TYPE_CHECKING:
    from ..decisions.marks import FinalMarks


class Rendering(Protocol):
    """From a record to a text."""

    def __call__(self, result: SubmissionResult, final: "FinalMarks | None" = None) -> str:
        """The text; `final` is there where marks are not only what was earned."""


@dataclass(frozen=True)
class Renderer:
    """One kind of file for every student."""

    place: str  # below the folder of a class run; {} is the student
    text: Rendering


# Each is imported where it is used: templates are loaded where pages are made, not by whoever hands out work.


def _gradescope(result: SubmissionResult, final: "FinalMarks | None" = None) -> str:
    from . import gradescope

    return gradescope.text(result, final)


def _html(result: SubmissionResult, final: "FinalMarks | None" = None) -> str:
    from . import html

    return html.page(result, final=final)


def _staff(result: SubmissionResult, final: "FinalMarks | None" = None) -> str:
    from . import html

    return html.page(result, for_staff=True, final=final)


def _markdown(result: SubmissionResult, final: "FinalMarks | None" = None) -> str:
    from . import markdown

    return markdown.page(result, final)


ALWAYS = ("html", "gradescope")
RENDERERS = {
    "html": Renderer("feedback/{}.html", _html),
    "gradescope": Renderer("results/{}.json", _gradescope),
    "markdown": Renderer("markdown/{}.md", _markdown),
    "staff": Renderer("staff/{}.html", _staff),
}


def rendered(result: SubmissionResult, names: Iterable[str] = ALWAYS, final: "FinalMarks | None" = None) -> dict[str, str]:
    """The text of every file that is wanted, by its place below the folder of a class run."""
    return {RENDERERS[name].place.format(result.name): RENDERERS[name].text(result, final) for name in names}
