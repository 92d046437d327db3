"""`autograder decide OUT ...`: write a decision down and apply everything that is decided; nothing is graded again."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from ..classes.grades import NAME, WRITTEN
from ..classes.outputs import Outputs
from ..classes.roll import read_roll
from ..classes.sorting import ClassError
from ..results.numbers import signed
from . import file
from .class_marks import expect_sensible, names_shown, shown
from .kinds import FULL_MARKS, OUT_OF_THE_SUM, Choose, Decision, Excuse, Exempt, Extend, Points
from .marking import Marking, alone, apply, expect_checks

CHANGED = 12  # students named whose marks change
NONE = "none"


@click.group(name="decide")
@click.argument("out", metavar="OUT", type=click.Path(file_okay=False, path_type=Path))
@click.pass_context
def command(context: click.Context, out: Path) -> None:
    """Decide something about marks in OUT, the folder that `autograder grade --out` wrote.

    A decision goes into OUT/decisions.toml and is applied at once to the stored results, and by every later run: grades.csv, the pages
    and summary.html show it apart from what was earned. Students read the reason and the name.
    """
    context.obj = out


def _why(function: Callable) -> Callable:
    """The options that every decision has."""
    function = click.option("--by", required=True, envvar="AUTOGRADER_BY", help="who decides (or the variable AUTOGRADER_BY)")(
        function
    )
    return click.option("--reason", required=True, help="why; students read it")(function)


def _some(function: Callable) -> Callable:
    return click.option(
        "--student",
        "students",
        metavar="STUDENT",
        multiple=True,
        help="for this student only; may be repeated (default: everybody)",
    )(function)


def _number(_: click.Context, __: click.Parameter, text: str) -> float:
    """A number with a decimal point, or with a comma."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise click.ClickException(f"{text} is no number of points; write it as +2 or -1.5.") from None


# A number below 0 would be taken for an option.
@command.command(name="points", context_settings={"ignore_unknown_options": True})
@click.argument("student")
@click.argument("where", metavar="PROBLEM|PART")
@click.argument("number", metavar="POINTS", callback=_number)
@_why
@click.pass_obj
def give_points(out: Path, student: str, where: str, number: float, **why: str) -> None:
    """Give or take points: `+2` or `-1`, in a problem or in a part as a whole."""
    _decide(out, lambda _: Points(students=(student,), where=where, points=number, **_signed_today(why)))


@command.command()
@click.argument("check", metavar="[PROBLEM/]CHECK")
@_some
@click.option("--out-of-the-sum", is_flag=True, help="scale the rest of the problem to its points, instead of giving full marks")
@_why
@click.pass_obj
def exempt(out: Path, check: str, students: tuple[str, ...], out_of_the_sum: bool, **why: str) -> None:
    """Let a check not count as it came out: everybody has full marks for it, or it is out of the sum. Nobody's mark falls by it."""
    problem, _, name = check.rpartition("/")

    def made(marking: Marking) -> Decision:
        named = marking.known.problem(problem) if problem else ""
        how: Any = OUT_OF_THE_SUM if out_of_the_sum else FULL_MARKS
        return expect_checks(marking, Exempt(problem=named, check=name, students=students, how=how, **_signed_today(why)))

    _decide(out, made)


@command.command()
@click.argument("problem")
@_some
@_why
@click.pass_obj
def excuse(out: Path, problem: str, students: tuple[str, ...], **why: str) -> None:
    """Let a problem not count: the others of its part count for it, and nobody's mark falls by it."""
    _decide(out, lambda _: Excuse(problem=problem, students=students, **_signed_today(why)))


@command.command()
@click.argument("student")
@click.argument("entry")
@_why
@click.pass_obj
def choose(out: Path, student: str, entry: str, **why: str) -> None:
    """Say which of several hand-ins counts: ENTRY is a row of grades.csv, or an attempt that the platform tells apart."""
    _decide(out, lambda _: Choose(student=student, entry=entry, **_signed_today(why)))


@command.command()
@click.argument("student")
@click.option("--until", type=str, help="the new due date, as 2026-03-09T23:59:00+01:00")
@click.option("--days", type=float, help="days after the due date")
@click.option("--part", default="", help="for this part only")
@_why
@click.pass_obj
def extend(out: Path, student: str, until: str | None, days: float | None, part: str, **why: str) -> None:
    """Give a student more time."""
    if (until is None) == (days is None):
        raise click.ClickException("an extension has a new date or a number of days; give either --until or --days.")
    _decide(out, lambda _: Extend(student=student, until=_moment(until), days=days, part=part, **_signed_today(why)))


@command.command(name="list")
@click.pass_obj
def list_decisions(out: Path) -> None:
    """Say what is decided, with the numbers that `withdraw` takes."""
    with _sentences():
        held = file.read(out / file.NAME)
        called = names_shown(read_roll(out))
    if not held:
        click.echo(f"Nothing is decided in {out}.")
    for number, said in held:
        one = shown(said, called)
        ended = f"   withdrawn by {one.withdrawn_by} on {one.withdrawn}" if one.withdrawn else ""
        who = ", ".join(one.students_meant) or "everybody"
        click.echo(f"{number:3}  {one.date}  {_kind(one):7}  {who}: {one.words} ({one.by}: {one.reason}){ended}")


@command.command()
@click.argument("number", type=int)
@click.option("--by", required=True, envvar="AUTOGRADER_BY", help="who withdraws it")
@click.pass_obj
def withdraw(out: Path, number: int, by: str) -> None:
    """Let a decision count no more; it stays in the file, marked."""
    with _sentences(), alone(out) as outputs:
        one = shown(file.withdraw(out / file.NAME, number, by, date.today()), names_shown(read_roll(out)))
        click.echo(f"Decision {number} is withdrawn: {', '.join(one.students_meant) or 'everybody'}, {one.words}.")
        _apply_written(outputs)


@command.command(name="apply")
@click.pass_obj
def apply_decisions(out: Path) -> None:
    """Apply what stands in OUT/decisions.toml, after it was edited by hand."""
    with _sentences(), alone(out) as outputs:
        _apply(outputs)


@contextmanager
def _sentences() -> Iterator[None]:
    """What cannot be done is one sentence, never a traceback."""
    try:
        yield
    except ClassError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(
            f"{error.filename}: {error.strerror}; nothing was lost, the same command does it again."
        ) from None


def _decide(out: Path, make: Callable[[Marking], Decision]) -> None:
    """Check a decision against what the run knows, write it down, apply everything."""
    with _sentences(), alone(out) as outputs:
        marking = Marking(out, read_roll(out))
        one = marking.known.resolve(make(marking))
        file.expect_right(one)
        expect_sensible(one, marking.roll, marking.decisions, marking.problems)
        number, one = file.add(out / file.NAME, one), shown(one, names_shown(marking.roll))
        click.echo(f"Decision {number}: {', '.join(one.students_meant) or 'everybody'}, {one.words}.")
        _apply_written(outputs)


def _apply_written(outputs: Outputs) -> None:
    """Apply what has just been written down; said a second time it would count twice."""
    try:
        _apply(outputs)
    except (KeyboardInterrupt, OSError) as error:
        why = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else "stopped"
        raise click.ClickException(
            f"this is written down, but not applied everywhere ({why}); do not say it again: `autograder decide {outputs.root} apply` "
            "applies it."
        ) from None


def _apply(outputs: Outputs) -> None:
    """Apply everything that is decided, and say whose marks that changes."""
    out = outputs.root
    before = _finals(out)
    marking = apply(outputs)
    now = _finals(out)
    merged = {person: whose for name, whose in marking.marks.merged.items() for person in _people(marking, name)}
    changed = [student for student in sorted({*before, *now}) if before.get(student, "") != now.get(student, "")]
    for student in changed[:CHANGED]:
        one, other = before.get(student, ""), now.get(student, "")
        by = f"   {signed(float(other) - float(one))}" if one and other else ""
        gone = f"counts for {merged[student]} now, or not at all" if student in merged else ""
        click.echo(f"  {student}  {gone or f'{one or NONE} -> {other or NONE}{by}'}")
    if len(changed) > CHANGED:
        click.echo(f"  and {len(changed) - CHANGED} more")
    for remark in marking.remarks:
        click.echo(remark)
    click.echo(f"Marks of {len(changed)} changed. Written: {out}/grades.csv, adjustments.csv, feedback, summary.html.")


def _people(marking: Marking, name: str) -> tuple[str, ...]:
    return next((seat.people for seat in marking.roll.seats if seat.student == name), (name,))


def _finals(out: Path) -> dict[str, str]:
    """What counts for everybody, as this kit wrote it last; a hand edit counts for nothing."""
    path = out / WRITTEN if (out / WRITTEN).exists() else out / NAME
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            return {row["student"]: row.get("final") or "" for row in csv.DictReader(file) if row.get("student")}
    except (OSError, UnicodeDecodeError):
        return {}


def _signed_today(why: dict[str, str]) -> dict[str, Any]:
    return {**why, "date": date.today()}


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise click.ClickException(f"--until {text} is no date and time; write it as 2026-03-09T23:59:00+01:00.") from None


def _kind(one: Decision) -> str:
    return type(one).__name__.lower()
