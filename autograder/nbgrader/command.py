"""`autograder nbgrader ...`: a course in nbgrader, made from the kit and graded in parallel."""

from pathlib import Path

import click


@click.group()
def nbgrader() -> None:
    """Make the kit a course in nbgrader, and grade it there."""


@nbgrader.command()
@click.argument("course", type=click.Path(file_okay=False, path_type=Path))
@click.option("--course-id", help="the course's name in the exchange (default: the folder's name)")
@click.option("--part", "parts", metavar="ID", multiple=True, help="give this part only; may be repeated")
@click.option("--problem", "problems", metavar="ID", multiple=True, help="give this problem only; may be repeated")
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV table of the students, with a column `id`",
)
@click.option("--db-url", default="", help="the gradebook, such as postgresql://user@host/grades (default: gradebook.db in COURSE)")
@click.option(
    "--exchange", type=click.Path(file_okay=False, path_type=Path), help="nbgrader's exchange folder (default: nbgrader's own)"
)
def init(course: Path, course_id: str | None, **options) -> None:
    """Make a course directory: one assignment a part, with notebook, stubs and public checks; gradebook; roster.

    Afterwards, in COURSE: `nbgrader generate_assignment PART`, `nbgrader release_assignment PART`.
    """
    from ..build.errors import BuildError
    from ..course import CourseError
    from ..submission.rosters import RosterError
    from .gradebook import GradebookError
    from .initialise import CourseExists, CoursePlan, initialise
    from .story import StoryError

    _expect_known(options["parts"], options["problems"])
    try:
        made = initialise(CoursePlan(course, course_id or course.absolute().name, **options))
    except (BuildError, CourseError, CourseExists, GradebookError, RosterError, StoryError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None
    click.echo(f"{course} holds {len(made)} assignment{'s' if len(made) != 1 else ''}: {', '.join(made)}. Next, in that folder:")
    click.echo(f"  nbgrader generate_assignment {made[0]}\n  nbgrader release_assignment {made[0]}")


def _expect_known(wanted_parts: tuple[str, ...], wanted_problems: tuple[str, ...]) -> None:
    import pytest

    from ..grading.options import known_problems

    try:
        known_problems(wanted_problems, wanted_parts)
    except pytest.UsageError as error:
        raise click.ClickException(str(error)) from None


@nbgrader.command()
@click.argument("course", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path("."))
@click.option("--roster", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="the students as they are now")
@click.option("--problem", "problems", metavar="ID", multiple=True, help="also give this problem; may be repeated")
@click.option("--take-kit", is_flag=True, help="also replace what somebody may have edited; the old version is kept beside it")
@click.option("--dry-run", is_flag=True, help="only say what would be done")
@click.option("--yes", is_flag=True, help="do not ask")
def update(course: Path, roster: Path | None, problems: tuple[str, ...], take_kit: bool, dry_run: bool, yes: bool) -> None:
    """Bring COURSE up to the kit: points, texts, files, new problems, rubrics and roster.

    Says first what changes, and asks. What somebody has edited stays, and so does every mark, comment and decision.
    """
    from ..build.errors import BuildError
    from ..classes.entries import ClassError
    from ..course import CourseError
    from ..submission.rosters import RosterError
    from .story import StoryError
    from sqlalchemy.exc import SQLAlchemyError

    from .update import carry_out, plan_update

    _expect_known((), problems)
    try:
        plan = plan_update(course, roster, problems, take_kit)
        for words in plan.kept:
            click.echo(f"  stays    {words}")
        for words in plan.changes:
            click.echo(f"  changes  {words}")
        if not plan.needed:
            click.echo(f"{course} is up to date.")
            return
        if dry_run or not (yes or click.confirm("Write this?")):
            click.echo("Nothing was written.")
            return
        carry_out(plan)
    except (BuildError, ClassError, CourseError, RosterError, StoryError) as error:
        raise click.ClickException(str(error)) from None
    except SQLAlchemyError as error:
        raise _no_answer(error) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}; the same command goes on from there.") from None
    click.echo(f"{course} is up to date. Next, in that folder, for what has changed:")
    click.echo(
        "  nbgrader generate_assignment --force PART, nbgrader release_assignment --force PART, autograder nbgrader autograde PART"
    )


@nbgrader.command()
@click.argument("course", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("assignment", metavar="PART")
@click.option("--student", "students", metavar="ID", multiple=True, help="of this student only; may be repeated")
@click.option("--dry-run", is_flag=True, help="only say what would be confirmed")
@click.option("--yes", is_flag=True, help="do not ask")
def confirm(course: Path, assignment: str, students: tuple[str, ...], dry_run: bool, yes: bool) -> None:
    """Confirm marks by hand that wait again only because PART was autograded again.

    Says first which, and asks. Where the answer or the automatic mark has changed since, and where there is no mark, a person has to look.
    """
    from ..classes.entries import ClassError
    from sqlalchemy.exc import SQLAlchemyError

    from .confirm import confirm as confirm_all
    from .confirm import waiting

    try:
        found = waiting(course, assignment, students)
        chosen = [one for one in found if one.a_glance]
        for one in sorted(found, key=lambda one: one.a_glance):
            click.echo(f"  {'confirms' if one.a_glance else 'stays   '}  {one}")
        if not chosen:
            click.echo("There is nothing to confirm." + (f" {len(found)} wait for a person in the formgrader." if found else ""))
            return
        if dry_run or not (yes or click.confirm(f"Confirm {len(chosen)}?")):
            click.echo("Nothing was written.")
            return
        count = confirm_all(course, assignment, chosen)
    except ClassError as error:
        raise click.ClickException(str(error)) from None
    except SQLAlchemyError as error:
        raise _no_answer(error) from None
    click.echo(f"{count} confirmed; {len(found) - count} wait for a person in the formgrader.")


@nbgrader.command()
@click.argument("assignment", metavar="PART")
@click.option(
    "--course",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("."),
    help="the course directory (default: here)",
)
@click.option("--jobs", type=click.IntRange(1), help="graders in parallel (default: one a processor)")
@click.option("--student", "students", metavar="ID", multiple=True, help="enter the marks of this student only; may be repeated")
@click.option("--force", is_flag=True, help="make the autograded folders anew, also where nothing has changed")
def autograde(assignment: str, course: Path, **options) -> None:
    """Grade everybody who handed in PART, in parallel, into nbgrader's gradebook and autograded folders.

    The same as `nbgrader autograde PART`, but faster; called again, it goes on where it stopped and grades what is new.
    Exit status: 0 when everybody is graded, 3 when somebody is not or no grader can work here, 1 when it could not be done.
    """
    from ..classes.entries import ClassError
    from ..classes.unit import PoolFault
    from ..sandbox.faults import SandboxFault
    from .class_run import autograde_class

    try:
        outcome = autograde_class(course, assignment, **options)
    except (PoolFault, SandboxFault) as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(3) from None
    except ClassError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(
            f"{error.filename}: {error.strerror}; what was graded is safe, the same command goes on from there."
        ) from None
    except KeyboardInterrupt:
        click.echo("\nStopped; the same command goes on from there.", err=True)
        raise SystemExit(130) from None
    click.echo(str(outcome))
    raise SystemExit(3 if outcome.failed or outcome.not_graded else 0)


def _no_answer(error: Exception) -> click.ClickException:
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    return click.ClickException(
        f"the gradebook's database does not answer ({reason}); start it, or correct c.CourseDirectory.db_url in nbgrader_config.py."
    )
