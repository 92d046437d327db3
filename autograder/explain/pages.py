"""The explanation on a terminal and as one self-contained HTML file; whatever a student wrote is escaped and made harmless."""

from pathlib import Path

from markupsafe import Markup
from rich.console import Console, Group, RenderableType
from rich.constrain import Constrain
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from ..results.statuses import STATUSES
from ..results.terminal import WIDEST, page_console, points
from ..sandbox.plain_text import harmless
from .again import Explained, Explanation
from .own_code import Excerpt
from .witness import CaseNotes, CheckNotes, Crossing, Step

TEMPLATES = Path(__file__).with_name("templates")
WARNING = "For staff: shows hidden checks and expected values. Never give it to students."


def page(found: Explanation) -> str:
    """The explanation as HTML text."""
    from ..results import html

    style = (html.TEMPLATES / "feedback.css").read_text(encoding="utf-8")
    template = html.environment(TEMPLATES).get_template("explain.html.j2")
    return template.render(found=found, warning=WARNING, head=head(found), score=score, before=before, style=Markup(style))


def head(found: Explanation) -> str:
    """Whether the stored verdict came out again, in one sentence."""
    how = f"with seed {found.stored.seed_in_words}, on {found.now.device}, isolation {found.now.isolation.split(':')[0]}"
    if found.reproduced:
        return f"Graded again {how}: every verdict came out as it is stored."
    count = sum(len(problem.differences) for problem in found.problems)
    return f"NOT REPRODUCED. Graded again {how}: {count} verdict{'s' if count > 1 else ''} came out otherwise than stored."


def score(problem) -> str:
    """A problem's points, or that they are open."""
    return f"{points(problem.score)} of {points(problem.max_score)} points" if problem.graded else "points are open"


def before(call: Crossing) -> str:
    """Which earlier check has asked, where it was not this one."""
    return f"   (before, in {call.check})" if call.check else ""


def print_page(found: Explanation, console: Console | None = None) -> None:
    """Print the explanation."""
    lines: list[RenderableType] = [_said(WARNING, "bold magenta"), Text(), _said(found.stored.name, "bold")]
    lines.append(_said(head(found), "green" if found.reproduced else "bold red"))
    lines += [_said(f"Note: {remark}", "yellow") for remark in (*found.remarks, *found.now.remarks)]
    lines.append(_said(f"Submission: {found.path}", "dim"))
    for problem in found.problems:
        lines += [Text(), *_problem(problem)]
    (console or page_console()).print(Constrain(Group(*lines), WIDEST))


def _problem(found: Explained) -> list[RenderableType]:
    status, heading = STATUSES[found.now.status], found.now.problem
    title = f"{heading.number}  {heading.title}   stored {score(found.stored)}, now {score(found.now)}   "
    lines: list[RenderableType] = [Rule(Text.assemble((harmless(title), "bold"), (status.word, status.colour)), align="left")]
    lines += [_said(difference, "red") for difference in found.differences]
    for one in found.excerpts:
        lines += [_said(f"Their {one.file}{f', {one.name}' if one.name else ''}:", "bold"), _in(_lines(one))]
    for notes in found.notes:
        lines += [Text(), *_check(notes, found)]
    return lines


def _lines(one: Excerpt) -> Text:
    text = _said(f"{one.remark}\n" if one.remark else "", "yellow")
    for number, line in one.lines:
        text.append(f"{'>' if number in one.marked else ' '}{number:5}  {line}\n", "bold red" if number in one.marked else "")
    text.append(f"        ... {one.more} more lines" if one.more > 0 else "")
    text.rstrip()
    return text


def _check(notes: CheckNotes, found: Explained) -> list[RenderableType]:
    result = next(check for check in found.now.checks if check.name == notes.check.name)
    status = STATUSES[result.status]
    lines: list[RenderableType] = [
        Text.assemble(
            (f"{status.word:9} ", status.colour),
            (harmless(notes.check.title), "bold"),
            f"   {points(result.score)} of {points(result.max_score)}",
        )
    ]
    for case in notes.cases:
        lines += [_in(part) for part in _case(case)]
    if notes.more:
        lines.append(_in(_said(f"and for {', '.join(notes.more)}", "dim")))
    if notes.source and not status.follows:
        lines += [_in(_said(f"The check, {notes.place}:", "bold")), _in(_said(notes.source.rstrip(), "dim"), 4)]
    return lines


def _case(case: CaseNotes) -> list[RenderableType]:
    lines: list[RenderableType] = [_said(f"For {case.label}:", "bold")] if case.label else []
    lines.append(_said(case.case.message))
    if case.case.details:
        lines.append(_said(case.case.details, "dim"))
    if case.calls:
        lines.append(_said("What crossed the sandbox:", "bold"))
        lines += [_said(f"({case.calls_before} calls before)", "dim")] if case.calls_before else []
        lines += [_in(_call(call)) for call in case.calls]
    if case.steps:
        lines.append(_said("What the check held when it stopped:", "bold"))
        lines += [_in(_step(step)) for step in case.steps]
    return lines


def _call(call: Crossing) -> Text:
    text = _said(f"{call.words}{before(call)}\n")
    for name, value in call.arguments:
        text.append(harmless(f"    {name}: {value}\n"), "dim")
    text.append(harmless(f"  {'stopped' if call.failed else 'gave'}: {call.answer}"), "red" if call.failed else "cyan")
    return text


def _step(step: Step) -> Text:
    text = Text.assemble((f"{step.place}  ", "dim"), harmless(step.line))
    for name, value in step.values:
        text.append(harmless(f"\n    {name} = {value}"), "cyan" if name in ("got", "want") else "dim")
    if step.difference:
        text.append(f"\n    {step.difference}", "bold")
    return text


def _in(part: RenderableType, columns: int = 2) -> Padding:
    return Padding(part, (0, 0, 0, columns))


def _said(text: str, style: str = "") -> Text:
    return Text(harmless(text, 20_000), style)
