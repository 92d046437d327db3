"""`autograder grade DIR --out OUT`: grade a class, with a progress bar, and go on where an earlier run stopped."""

import errno
import signal
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from ..decisions.known import DecisionError
from ..results.renderers import ALWAYS, RENDERERS
from ..sandbox.faults import SandboxFault
from ..sandbox.plain_text import harmless
from .entries import ClassError
from .platforms import LAYOUTS
from .unit import PoolFault

NOT_GRADED, INTERRUPTED = 3, 130


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="where results are written; the same again to go on",
)
@click.option("--jobs", type=click.IntRange(1), help="graders in parallel (default: one a processor)")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", help="auto is the GPU where there is one")
@click.option("--seed", type=int, help="seed of the hidden inputs (default: random; an interrupted run goes on with its own)")
@click.option("--problem", "problems", metavar="ID", multiple=True, help="grade this problem only; may be repeated")
@click.option("--part", "parts", metavar="ID", multiple=True, help="grade the problems of this part; may be repeated")
@click.option(
    "--isolation",
    type=click.Choice(["best", "require"]),
    default="best",
    help="require: refuse to grade with less than full isolation",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    default="",
    help="grade on the workers of this Dask scheduler, such as tcp://host:8786",
)
@click.option(
    "--regrade",
    metavar="STUDENT|PROBLEM",
    multiple=True,
    help="grade a student again, or everybody for a problem; may be repeated",
)
@click.option(
    "--also",
    type=click.Choice([name for name in RENDERERS if name not in ALWAYS]),
    multiple=True,
    help="also make such a page of every result (staff: with printed output and exception texts)",
)
@click.option("--assignment", metavar="NAME", default="", help="which assignment of an nbgrader tree")
@click.option(
    "--layout",
    type=click.Choice(LAYOUTS),
    default=None,
    help="how DIR is laid out (default: recognised by most of what is in it)",
)
@click.option(
    "--gradebook",
    metavar="EXPORT.csv",
    type=click.Path(dir_okay=False, path_type=Path),
    help="also fill the platform's own export, as `autograder gradebook` does, which has more options",
)
@click.option("--column", metavar="NAME", default="", help="of the export: where the marks go")
@click.option(
    "--deadlines",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="due dates, grace, penalties and free late days, see docs/grading-week.md (default: OUT/deadlines.toml)",
)
def grade(folder: Path, out: Path, isolation: str, layout: str | None, gradebook: Path | None, column: str, **options: Any) -> None:
    """Grade a class: every folder or archive in DIR is one student's submission.

    DIR may also be nbgrader's `submitted` folder, a Gradescope export, or an unpacked download of Moodle, Canvas, Blackboard,
    Brightspace or Autolab.
    Exit status: 0 when everybody is graded, 3 when somebody is not or was left out, or when no grader can work here, 1 when it could not
    be done.
    """
    from ..gradebook.command import Asked, expect_fillable, write_gradebook
    from .run import grade_class

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    try:
        if gradebook:
            expect_fillable(gradebook, column)  # before an hour of grading
        rows = grade_class(folder, out, require_full=isolation == "require", layout=layout or "", **options)
        for line in write_gradebook(out, gradebook, Asked(column)) if gradebook else ():
            click.echo(harmless(line))
    except (PoolFault, SandboxFault) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(NOT_GRADED)
    except (ClassError, DecisionError, pytest.UsageError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(_disk_words(error, out)) from None
    except KeyboardInterrupt:
        click.echo(f"\nStopped. What was graded is in {out}; the same command goes on from there.", err=True)
        sys.exit(INTERRUPTED)
    sys.exit(0 if rows.complete else NOT_GRADED)


def _disk_words(error: OSError, out: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk of {out} is full; what was graded is safe. Make room and run the same command again."
    place = f"{error.filename}: " if error.filename else ""
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS) and Path(str(error.filename)).is_relative_to(out):
        return f"{place}{error.strerror}; choose an --out that you may write to."
    return f"{place}{error.strerror or error}; what was graded is safe, and the same command goes on from there."
