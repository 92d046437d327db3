"""Everything that a class run can make of a record, by name: plain functions from a record to the text of one file.

A new one is a line here. Renderers look at nothing but the record; the same record gives the same text.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .record import SubmissionResult


@dataclass(frozen=True)
class Renderer:
    """One kind of file for every student."""

    place: str  # below the folder of a class run; {} is the student
    text: Callable[[SubmissionResult], str]


# Each is imported where it is used: templates are loaded where pages are made, not by whoever hands out work.


def _gradescope(result: SubmissionResult) -> str:
    from . import gradescope

    return gradescope.text(result)


def _html(result: SubmissionResult) -> str:
    from . import html

    return html.page(result)


def _staff(result: SubmissionResult) -> str:
    from . import html

    return html.page(result, for_staff=True)


def _markdown(result: SubmissionResult) -> str:
    from . import markdown

    return markdown.page(result)


ALWAYS = ("html", "gradescope")
RENDERERS = {
    "html": Renderer("feedback/{}.html", _html),
    "gradescope": Renderer("results/{}.json", _gradescope),
    "markdown": Renderer("markdown/{}.md", _markdown),
    "staff": Renderer("staff/{}.html", _staff),
}


def rendered(result: SubmissionResult, names: Iterable[str] = ALWAYS) -> dict[str, str]:
    """The text of every file that is wanted, by its place below the folder of a class run."""
    return {RENDERERS[name].place.format(result.name): RENDERERS[name].text(result) for name in names}
