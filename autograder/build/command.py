"""`autograder build [--check]`: the command line around `build` and `stale`."""

import sys

import click

from ..course import ASSIGNMENT, SOLUTIONS
from ..places import COURSE_ROOT
from .complete import left_out
from .errors import BuildError
from .tree import build as build_tree
from .tree import stale


@click.command("build")
@click.option("--check", is_flag=True, help="Write nothing; fail when assignment/ is not what would be written.")
def build(check: bool) -> None:
    """Cut assignment/ from solutions/."""
    try:
        found = left_out(COURSE_ROOT)
        for line in found.warnings:
            click.echo(f"warning: {line}", err=True)
        if found.errors:
            raise BuildError(*found.errors)
        paths = stale() if check else build_tree()
    except BuildError as error:
        click.echo(str(error), err=True)
        click.echo(f"{ASSIGNMENT.name}/ stays as it was.", err=True)
        sys.exit(1)
    if not paths:
        click.echo(f"{ASSIGNMENT.name}/ is up to date.")
        return
    for path in paths:
        done = "written" if (ASSIGNMENT / path).is_file() else "removed"
        click.echo(f"{'stale' if check else done:8} {ASSIGNMENT.name}/{path}")
    if check:
        remedy = f"{ASSIGNMENT.name}/ is not what {SOLUTIONS.name}/ gives; run `autograder build` and commit both."
        click.echo(remedy, err=True)
        sys.exit(1)
