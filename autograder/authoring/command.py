"""`autograder new problem PART ID` and `autograder new part ID`: the command line around `plan`."""

import sys
from collections.abc import Callable

import click

from ..course import CourseError
from ..places import COURSE_ROOT
from .plan import AuthoringError, Plan, new_part, new_problem

POINTS = click.option("--points", default=5, show_default=True, help="What the problem is worth.")


@click.group("new")
def new() -> None:
    """Write what a new problem or part needs, filled with an example that works at once."""


@new.command("problem")
@click.argument("part")
@click.argument("problem_id", metavar="ID")
@click.option("--title", default="", help="As students read it (default: made of the id).")
@POINTS
@click.option("--lines", default="about 1 line", show_default=True, help="How long a solution is, in words.")
def problem(part: str, problem_id: str, title: str, points: int, lines: str) -> None:
    """Add the problem ID to PART: solution, checks, plants, handout section, notebook cell."""
    _write(lambda: new_problem(COURSE_ROOT, part, problem_id, title, points, lines))


@new.command("part")
@click.argument("part_id", metavar="ID")
@click.option("--title", default="", help="As students read it (default: made of the id).")
@click.option("--problem", "problem_id", metavar="ID", default="", help="Of its first problem (default: ID_example).")
@POINTS
def part(part_id: str, title: str, problem_id: str, points: int) -> None:
    """Add the part ID, with one problem."""
    _write(lambda: new_part(COURSE_ROOT, part_id, title, problem_id, points))


def _write(make: Callable[[], Plan]) -> None:
    try:
        plan = make()
        plan.write(COURSE_ROOT)
    except (AuthoringError, CourseError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    for path in plan.new:
        click.echo(f"written   {path}")
    for path in plan.changed:
        click.echo(f"added to  {path}")
    click.echo(f"\n{plan.next_steps}", nl=False)
