"""The feedback page on a terminal: score first, then failures, then what was not run and why, then passes."""
import os
import sys

from rich.console import Console, Group
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from .record import CheckResult, ProblemResult, SubmissionResult

# A word beside every colour: what the page says must not depend on seeing it.
WORDS = {"passed": ("PASSED", "green"), "failed": ("FAILED", "red"), "missing": ("MISSING", "red"),
         "crashed": ("CRASHED", "red"), "timed out": ("TIME OUT", "red"), "not attempted": ("TO DO", "yellow"),
         "not run": ("NOT RUN", "yellow"), "not graded": ("GRADER", "magenta")}
ORDER = ("not graded", "failed", "crashed", "timed out", "missing", "not attempted", "not run", "passed")


def points(number: float) -> str:
    """A number of points without needless zeros."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def print_page(result: SubmissionResult, console: Console | None = None) -> None:
    """Print the page of one submission."""
    (console or page_console()).print(page(result))


def page_console() -> Console:
    """A console that is never narrower than a page needs, also into a file or a log."""
    console = Console(file=sys.stdout, highlight=False, soft_wrap=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console = Console(file=sys.stdout, highlight=False, width=110)
    return console


def page(result: SubmissionResult) -> Group:
    """The page of one submission."""
    head = Text.assemble((result.name, "bold"), "   ", (f"{points(result.score)} of {points(result.max_score)} points", "bold"))
    if not result.graded:
        head.append("   not final: grading failed in part, nobody loses points by that", "magenta")
    lines: list = [head]
    lines += [Text(f"Note: {remark}", "yellow") for remark in result.remarks]
    if result.isolation != "full":
        lines.append(Text(f"Isolation: {result.isolation}", "yellow"))
    for problem in result.problems:
        lines += [Text(), _heading(problem), _checks(problem)]
    took = f"seed {result.seed}, {result.device}, isolation {result.isolation.split(':')[0]}, {result.seconds:.2f} s"
    return Group(*lines, Text(), Text(took, "dim"))


def _heading(problem: ProblemResult) -> Rule:
    title = f"{problem.problem.number}  {problem.problem.title}"
    return Rule(Text(f"{title}   {points(problem.score)} of {points(problem.max_score)} points: {problem.status}"), align="left")


def _checks(problem: ProblemResult) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(width=8, no_wrap=True)
    table.add_column(ratio=1)
    table.add_column(justify="right", no_wrap=True)
    said: set[str] = set()
    for check in sorted(problem.checks, key=lambda check: ORDER.index(check.status)):
        word, colour = WORDS[check.status]
        table.add_row(Text(word, colour), _body(check, said), Text(f"{points(check.score)} of {points(check.max_score)}"))
    return table


def _body(check: CheckResult, said: set[str]) -> Group:
    """Title and message; a message that stands above already is not repeated."""
    lines: list = [Text(check.title)]
    if check.message and check.message in said:
        lines.append(Padding(Text("as above", "dim"), (0, 0, 0, 2)))
    elif check.message:
        said.add(check.message)
        lines.append(Padding(Text(check.message, "dim" if check.status == "not run" else ""), (0, 0, 0, 2)))
    return Group(*lines)
