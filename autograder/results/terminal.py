"""The feedback page on a terminal: score first, then failures, then what was not run and why, then passes.

The words, the order and the groups of checks here are also those of the HTML page.
"""

import itertools
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.constrain import Constrain
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from ..sandbox.plain_text import harmless
from .decided import Line, lines
from .numbers import points
from .record import CheckResult, ProblemResult, SubmissionResult
from .statuses import STATUSES, urgency

if TYPE_CHECKING:
    from ..decisions.marks import FinalMarks

STATUS_COLUMN, GAP = 8, 2
WIDTH_WITHOUT_TERMINAL = 110
WIDEST = 120


@dataclass(frozen=True)
class Told:
    """What is said of checks that did not pass, and in which of their cases it happened: in words, or empty."""

    message: str
    cases: str


@dataclass(frozen=True)
class CheckGroup:
    """Checks of one problem that ended in the same way for the same reasons: the reasons are said once."""

    status: str
    told: tuple[Told, ...]
    checks: list[CheckResult]


def groups(problem: ProblemResult) -> list[CheckGroup]:
    """A problem's checks, failures first, then those not run, then those that passed."""
    ordered = sorted(problem.checks, key=lambda check: urgency(check.status))
    grouped = itertools.groupby(ordered, key=lambda check: (check.status, _told(check)))
    return [CheckGroup(*reason, list(checks)) for reason, checks in grouped]


def _told(check: CheckResult) -> tuple[Told, ...]:
    """Each reason why cases did not pass, with these cases in words; the first also says which cases passed."""
    reasons = check.reasons
    if len(reasons) == 1 and not check.right:
        same = len({case.message for case in check.cases}) == 1
        labels = reasons[0].labels
        return (Told(reasons[0].message, "" if same or not labels else f"in every case: {', '.join(labels)}"),)
    right = f"; right for {', '.join(check.right)}" if check.right else ""
    return tuple(
        Told(reason.message, f"for {', '.join(reason.labels)}{'' if number else right}" if reason.labels else "")
        for number, reason in enumerate(reasons)
    )


def print_page(result: SubmissionResult, console: Console | None = None, final: "FinalMarks | None" = None) -> None:
    """Print the page of one submission."""
    (console or page_console()).print(page(result, final))


def print_causes(result: SubmissionResult, console: Console | None = None) -> None:
    """Print, for staff only, why something could not be graded: what and where, each cause once."""
    found: dict[str, list[str]] = {}
    for problem in result.problems:
        for check in problem.checks:
            for case in check.cases:
                if STATUSES[case.status].ours and case.details:
                    where = f"{problem.problem.id}, {check.name}{f'[{case.label}]' if case.label else ''}"
                    found.setdefault(case.details, []).append(where)
    if not found:
        return
    lines: list[RenderableType] = [
        Text(),
        Rule(Text("For staff: what failed on our side (students do not read this)", "magenta"), align="left", style="dim"),
    ]
    for details, places in found.items():
        lines.append(_said(f"{places[0]}{f' and {len(places) - 1} more' if places[1:] else ''}:", "bold"))
        lines.append(Padding(_said(details), (0, 0, 0, GAP)))
    (console or page_console()).print(Constrain(Group(*lines), WIDEST))


def page_console() -> Console:
    """A console that is never narrower than a page needs, also into a file or a log."""
    console = Console(file=sys.stdout, highlight=False, soft_wrap=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console = Console(file=sys.stdout, highlight=False, width=WIDTH_WITHOUT_TERMINAL)
    return console


def page(result: SubmissionResult, final: "FinalMarks | None" = None) -> RenderableType:
    """The page of one submission, no wider than eyes like to read; what was decided about its marks stands apart from what was earned."""
    shown: list = [_head(result, final)]
    if decided := lines(final):
        shown += [Text(), _decided(decided), Text()]
    shown += [_said(f"Note: {remark}", "yellow") for remark in result.remarks]
    if result.isolation != "full":
        shown.append(_said(f"Isolation: {result.isolation}", "yellow"))
    if result.nothing_usable:
        shown.append(_said(result.nothing_usable, "red"))
    for problem in result.problems:
        shown += [Text(), _heading(problem)] if result.nothing_usable else [Text(), _heading(problem), _checks(problem)]
    took = f"seed {result.seed_in_words}, {result.device}, isolation {result.isolation.split(':')[0]}, {result.seconds:.2f} s"
    return Constrain(Group(*shown, Text(), _said(took, "dim")), WIDEST)


def _said(text: str, style: str = "") -> Text:
    """Text that may come from a student: without terminal codes, whoever made the record."""
    return Text(harmless(text), style)


def _head(result: SubmissionResult, final: "FinalMarks | None") -> Text:
    head = _said(result.name, "bold")
    if final is not None and final.touched and final.final is not None:
        head.append(f"   {points(final.final)} of {points(final.max_score)} points count", "bold")
    else:
        head.append(f"   {points(result.score)} of {points(result.max_score)} points", "bold")
    if not result.graded:
        head.append(" so far\nNot final: something failed on our side; you lose nothing by that.", "magenta")
    return head


def _decided(said: list[Line]) -> Table:
    table = Table.grid(padding=(0, GAP))
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for line in said:
        style = "bold" if line.kind in {"earned", "counts"} else "yellow" if line.kind == "late" else ""
        table.add_row(Text(line.points, style), _said(f"{line.place}  {line.text}".strip(), style))
    return table


def _heading(problem: ProblemResult) -> Rule:
    status = STATUSES[problem.status]
    score = f"{points(problem.score)} of {points(problem.max_score)} points" if problem.graded else "points are open"
    title = Text.assemble((f"{problem.problem.number}  {problem.problem.title}   {score}   ", "bold"), (status.word, status.colour))
    return Rule(title, align="left", style="dim")


def _checks(problem: ProblemResult) -> Table:
    table = Table.grid(padding=(0, GAP), expand=True)
    table.add_column(width=STATUS_COLUMN, no_wrap=True)
    table.add_column(ratio=1)
    table.add_column(justify="right", no_wrap=True)
    for group in groups(problem):
        status = STATUSES[group.status]
        for check in group.checks:
            score = "open" if status.ours else f"{points(check.score)} of {points(check.max_score)}"
            table.add_row(Text(status.word, status.colour), _said(check.title), Text(score))
        for told in group.told:
            if told.message:
                table.add_row("", Padding(_message(told, group.status), (0, 0, 0, GAP)), "")
    return table


def _message(told: Told, status: str) -> Text:
    message = _said(told.message, "dim" if STATUSES[status].follows else "")
    if told.cases:
        message.append(f"\nIt happened {told.cases}.", "dim")
    return message
