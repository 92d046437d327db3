"""The feedback page as Markdown, for an issue, a forge's job summary or a wiki: every text of a student's is shown as it is."""

import re
from typing import TYPE_CHECKING

from ..sandbox.plain_text import harmless, one_line
from .decided import lines as decided_lines
from .record import ProblemResult, SubmissionResult
from .statuses import STATUSES
from .numbers import points
from .terminal import CheckGroup, groups

if TYPE_CHECKING:
    from ..decisions.marks import FinalMarks

# Markup, and what forges make links or lists of: `://`, `www.`, `@name`, a list's mark at the beginning.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#!|~&@]|:(?=//)|(?<=www)\.|^[-+])", re.IGNORECASE)


def page(result: SubmissionResult, final: "FinalMarks | None" = None) -> str:
    """The page of one submission: a table of the problems, then each problem with its checks, failures first."""
    so_far = "" if result.graded else " so far"
    lines = [f"# {plain(result.name)}: {points(result.score)} of {points(result.max_score)} points{so_far}", ""]
    if not result.graded:
        lines += ["**Not final.** Something failed on our side while grading; you lose nothing, and it will be graded again.", ""]
    if said := decided_lines(final):
        lines += ["| marks and decisions | points |", "|---|---:|"]
        lines += [f"| {plain(f'{line.place} {line.text}'.strip())} | {plain(line.points)} |" for line in said] + [""]
    if result.isolation != "full":
        lines += [f"Isolation: {plain(result.isolation)}", ""]
    lines += [f"- {plain(remark)}" for remark in result.remarks] + [""] * bool(result.remarks)
    lines += ["| problem | status | points |", "|---|---|---:|"]
    lines += [f"| {_title(problem)} | {STATUSES[problem.status].word} | {_points(problem)} |" for problem in result.problems]
    if result.nothing_usable:
        return "\n".join([*lines, "", *fenced(result.nothing_usable), ""])
    for problem in result.problems:
        lines += ["", f"## {_title(problem)}: {_points(problem)}", ""]
        lines += [line for group in groups(problem) for line in _group(group)]
    return "\n".join([*lines, "", f"Seed {result.seed_in_words}, device {plain(result.device)}.", ""])


def plain(text: str) -> str:
    """A text on one line in which nothing is markup."""
    return _SPECIAL.sub(r"\\\1", one_line(text, 300))


def fenced(text: str) -> list[str]:
    """A text as it is, in a fence longer than any in it."""
    text = harmless(text)
    fence = "`" * max(3, 1 + max((len(ticks) for ticks in re.findall("`+", text)), default=0))
    return [f"{fence}text", *text.rstrip().splitlines(), fence]


def _title(problem: ProblemResult) -> str:
    return f"{problem.problem.number} {plain(problem.problem.title)}"


def _points(problem: ProblemResult) -> str:
    return f"{points(problem.score)} of {points(problem.max_score)}" if problem.graded else "open"


def _group(group: CheckGroup) -> list[str]:
    status = STATUSES[group.status]
    lines = [
        f"- **{status.word}** {plain(check.title)} "
        f"({'open' if status.ours else f'{points(check.score)} of {points(check.max_score)}'})"
        for check in group.checks
    ]
    for told in group.told:
        cases = [f"It happened {told.cases}."] if told.cases else []
        lines += ["", *(f"  {line}" for line in fenced("\n".join([told.message, *cases]))), ""]
    return lines
