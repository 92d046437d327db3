"""`autograder gradebook OUT EXPORT.csv`: the platform's own export filled with final marks, and the pages as it takes them back."""

from dataclasses import dataclass
from pathlib import Path

import click

from ..classes.entries import ClassError
from ..classes.outputs import run_settings
from ..classes.roll import read_roll
from ..decisions.marking import marks_in
from ..decisions.known import DecisionError
from ..results.atomic import write_atomically
from ..results.stored import RecordError
from ..sandbox.plain_text import harmless
from . import sheet as sheets
from .feedback import archive, feedback
from .fill import fill, marks_of, people_of
from .platforms import NAMES, form_of, recognised

ARCHIVE = "feedback.zip"


@dataclass(frozen=True)
class Asked:
    """How to fill an export: which columns, which marks, and whether points are turned into the export's."""

    column: str = ""
    id_column: str = ""
    of: str = ""
    scale: bool = False
    platform: str | None = None


@click.command()
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.argument("export", metavar="EXPORT.csv", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--column", metavar="NAME", default="", help="the column of the marks; of Canvas also the assignment's title or number"
)
@click.option("--id-column", metavar="NAME", default="", help="the column that says who it is")
@click.option("--of", metavar="PART|PROBLEM", default="", help="enter the marks of this part or problem (default: the total)")
@click.option("--scale", is_flag=True, help="turn points into those that the export says are possible")
@click.option("--platform", type=click.Choice(NAMES), default=None, help="whose export it is (default: recognised)")
def gradebook(out: Path, export: Path, **options) -> None:
    """Fill EXPORT.csv, as Canvas, Moodle or Gradescope exported it, with the final marks of the class run in OUT.

    Writes EXPORT.filled.csv beside it, and OUT/feedback.zip in the layout that the platform takes back. Cells that are not ours keep their
    bytes; whoever is not graded stays as in the export; who is only there or only here is said.
    """
    try:
        for line in write_gradebook(out, export, Asked(**options)):
            click.echo(harmless(line))
    except (ClassError, DecisionError, RecordError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror or error}.") from None


def expect_fillable(export: Path, column: str) -> None:
    """The export can be read and the column of the marks is clear; of a table of one's own that shows only once the class is known.

    Raises:
        ClassError: it is not so.
    """
    sheet = sheets.read(export)
    if (platform := recognised(sheet)) != "generic":
        form_of(sheet, platform, column)


def write_gradebook(out: Path, export: Path, asked: Asked) -> list[str]:
    """Write the filled export and the archive; what to say about it, a line each.

    Args:
        out: of a class run.
        export: of the platform; it stays as it is.
        asked: how.
    Raises:
        ClassError, DecisionError, RecordError: it cannot be done as asked.
        OSError: a file cannot be written.
    """
    sheet, roll, found = sheets.read(export), read_roll(out), marks_in(out)
    platform = asked.platform or recognised(sheet)
    form = form_of(sheet, platform, asked.column, asked.id_column, people_of(roll))
    column = sheet.header[form.grade]
    done = fill(sheet, form, marks_of(found, asked.of), roll, found.merged, asked.scale)
    if not done.students:
        raise ClassError(
            f"nobody in {export} is in the class (its first is called {sheet.get(form.rows[0], form.ids[0]) if form.rows else 'nobody'}, "
            f"the class's {roll.seats[0].student}); say with --id-column which column names them."
        )
    target = export.with_name(f"{export.stem}.filled{export.suffix}")
    write_atomically(target, bytes(sheet))
    said = [f"{target}: {done.filled} marks in {column!r}, {platform.capitalize()}."]
    folder = Path(str(run_settings(out).get("folder", "")))
    files = feedback(sheet, form, done.students, out, folder, found, done.remarks)
    if files is None:
        said.append("Gradescope takes no files back; students read their feedback there.")
    elif not files:
        (out / ARCHIVE).unlink(missing_ok=True)  # of an earlier export, which is not to be taken for this one's
        said.append(f"No {ARCHIVE}: there is no page that {platform.capitalize()} would take.")
    else:
        write_atomically(out / ARCHIVE, archive(files))
        said.append(f"{out / ARCHIVE}: the pages of {len(files)}.")
    return [*said, *found.remarks, *done.remarks]
