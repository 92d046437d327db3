"""`autograder explain OUT STUDENT [PROBLEM]`: why a stored result is what it is, for staff."""

import difflib
import sys
import tempfile
from pathlib import Path

import click
import pytest

from ..classes.entries import ClassError
from ..course import problems
from ..results.record import SubmissionResult
from ..results.stored import RecordError
from ..sandbox.faults import SandboxFault

NOT_REPRODUCED, NOT_GRADED = 4, 3


@click.command()
@click.argument("place", metavar="OUT|RECORD", type=click.Path(path_type=Path))
@click.argument("words", metavar="[STUDENT] [PROBLEM]", nargs=-1)
@click.option("--html", "html_file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="write a page here, too")
@click.option(
    "--submission",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="where the submission is, if not where it was graded",
)
def explain(place: Path, words: tuple[str, ...], html_file: Path | None, submission: Path | None) -> None:
    """Grade a student's stored result again with its seed, and say of each failed check how it came to that.

    OUT is the folder of a class run, RECORD a file in its folder `records`; without PROBLEM, all problems that lost points.
    What was called with which values, what came back, what was expected, the student's own lines, the check's source: for staff only.
    Exit status: 0 when every verdict was reproduced, 4 when one was not, 3 when nothing could be graded, 1 when it could not be done.
    """
    from .subject import counting, record_of, subject_of

    student, wanted = _sorted(place, words)
    try:
        record, remark = (place, "") if place.is_file() else counting(place, record_of(place, student))
        with tempfile.TemporaryDirectory(prefix="explain-") as scratch:
            from .again import explain as grade_again
            from .pages import page, print_page

            subject = subject_of(record, submission, Path(scratch))
            subject.remarks += [remark] if remark else []
            chosen = _chosen(subject.stored, wanted)
            explanation = grade_again(subject, chosen)
        if html_file:
            from ..results.atomic import write_atomically

            write_atomically(html_file, page(explanation))
        print_page(explanation)
    except SandboxFault as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(NOT_GRADED)
    except (ClassError, RecordError, pytest.UsageError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror or error}.") from None
    sys.exit(0 if explanation.reproduced else NOT_REPRODUCED)


def _sorted(place: Path, words: tuple[str, ...]) -> tuple[str, str]:
    """Student and problem of the words behind the place; a record says itself whose it is."""
    most = 1 if place.is_file() else 2
    if len(words) > most or not place.is_file() and not words:
        raise click.UsageError("give OUT STUDENT [PROBLEM], or RECORD [PROBLEM].")
    return ("", *words, "")[:2] if place.is_file() else (*words, "")[:2]  # type: ignore[return-value]


def _chosen(stored: SubmissionResult, wanted: str) -> tuple[str, ...]:
    """The problems to explain.

    Raises:
        ClassError: the record has no such problem, or all have full marks.
    """
    from .again import losing

    there = [problem.problem.id for problem in stored.problems if problem.problem.id in problems()]
    if wanted and wanted not in there:
        numbers = {problems()[name].number: name for name in there}
        if wanted in numbers:
            return (numbers[wanted],)
        near = difflib.get_close_matches(wanted, there, 1)
        raise ClassError(
            f"{wanted}: this result has no such problem; {f'did you mean {near[0]}?' if near else 'there are ' + ', '.join(there)}"
        )
    chosen = (wanted,) if wanted else losing(stored)
    if not chosen:
        raise ClassError("this result has full marks in every problem; name a PROBLEM to see it graded again all the same.")
    return chosen
