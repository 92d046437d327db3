"""`autograder compare OLD NEW`: whose marks change from one run to another, as a table, a page or a CSV file."""

import csv
import io
from pathlib import Path

import click
from markupsafe import Markup
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..course import problems
from ..results.atomic import write_atomically
from ..results.stored import RecordError
from ..results.numbers import points
from ..results.terminal import page_console
from ..sandbox.plain_text import harmless, one_line
from .changes import Change, Comparison, compare
from .entries import ClassError
from .names import spreadsheet_text

DECISIONS = "decisions.toml"
LISTED = 20  # students on the terminal
TEMPLATES = Path(__file__).with_name("templates")
COLUMNS = ["student", "total before", "total now", "problem", "check", "before", "now", "status before", "status now"]
DIFFERENT = 1


class Incomparable(click.ClickException):
    """There is nothing to compare; 1 would say that marks differ."""

    exit_code = 2


@click.command(name="compare")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--page", "page_file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="write an HTML page here"
)
@click.option("--csv", "csv_file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="write every change here")
def command(old: Path, new: Path, page_file: Path | None, csv_file: Path | None) -> None:
    """Say whose marks change from OLD to NEW, and by which checks: two folders of class runs, or two records.

    Exit status: 0 when all marks are the same, 1 when some are not, 2 when they cannot be compared.
    """
    try:
        found = compare(old, new)
        if page_file:
            write_atomically(page_file, page(found))
        if csv_file:
            write_atomically(csv_file, table(found))
    except (ClassError, RecordError) as error:
        raise Incomparable(str(error)) from None
    except OSError as error:
        raise Incomparable(f"{error.filename}: {error.strerror or error}; choose another file.") from None
    print_comparison(page_console(), found)
    if any((place / DECISIONS).exists() for place in (old, new)):
        click.echo("Compared is what was earned; what people decided and lateness are in each folder's grades.csv.")
    raise SystemExit(DIFFERENT if found.changes or found.gone or found.come else 0)


def print_comparison(console: Console, found: Comparison) -> None:
    """The comparison on a terminal: the checks, then the students."""
    console.print(f"Marks of {len(found.changes)} changed: {found.up} up, {found.down} down; {found.same} unchanged.")
    for names, words in ((found.gone, "only in the earlier run"), (found.come, "only in the later run")):
        if names:
            console.print(Text(f"{len(names)} {words}: {_some(names)}", "yellow"))
    if found.settings:
        console.print(Text(f"Not the same: {harmless('; '.join(found.settings))}", "yellow"))
    if not found.changes:
        return
    by_check = Table("check", "up", "down", "points", box=None, header_style="bold", padding=(0, 1))
    for line in found.by_check:
        by_check.add_row(Text(harmless(f"{place(line.problem)} {line.title}")), str(line.up), str(line.down), signed(line.gain))
    console.print(by_check)
    by_student = Table("student", "before", "now", "by", box=None, header_style="bold", padding=(0, 1))
    for change in ordered(found.changes)[:LISTED]:
        by = ", ".join(f"{place(check.problem)} {check.name.removeprefix('test_')} {signed(check.gain)}" for check in change.checks)
        by_student.add_row(Text(change.student), total(change.before), total(change.after), Text(one_line(by, 300)))
    console.print(by_student)
    if len(found.changes) > LISTED:
        console.print(f"and {len(found.changes) - LISTED} more")


def page(found: Comparison) -> str:
    """The comparison as one self-contained HTML file."""
    from ..results import html

    style = (html.TEMPLATES / "feedback.css").read_text(encoding="utf-8")
    template = html.environment(TEMPLATES).get_template("compare.html.j2")
    names = {"place": place, "signed": signed, "total": total, "share": share, "style": Markup(style)}
    return template.render(found=found, changes=ordered(found.changes), **names)


def table(found: Comparison) -> str:
    """Every change of a check as a line of CSV."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for change in ordered(found.changes):
        for check in change.checks:
            numbers = [_cell(change.before), _cell(change.after)]
            ends = [_cell(check.before), _cell(check.after), check.was, check.now]
            rows.writerow([spreadsheet_text(change.student), *numbers, check.problem, check.name, *ends])
    return text.getvalue()


def ordered(changes: list[Change]) -> list[Change]:
    """Who loses most comes first: that is what somebody has to look at."""
    return sorted(changes, key=lambda change: (change.gain, change.student))


def place(problem: str) -> str:
    """The number of a problem, or its id where the course has none of that name now."""
    return problems()[problem].number if problem in problems() else problem


def signed(gain: float) -> str:
    """Points with their sign."""
    return f"{'+' if gain > 0 else ''}{points(gain)}" if gain else "0"


def total(number: float | None) -> str:
    """A total, where it is known."""
    return "open" if number is None else points(number)


def share(number: float | None, status: str) -> str:
    """The points of a check, where it is there and graded."""
    return points(number) if number is not None else "open" if status else "-"


def _cell(number: float | None) -> str:
    return "" if number is None else points(number)


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
