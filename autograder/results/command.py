"""`autograder show RECORD`: a stored record on the terminal, or as any page that can be made of one."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .renderers import RENDERERS
from .stored import RecordError, read
from .terminal import print_page

if TYPE_CHECKING:
    from ..decisions.marks import FinalMarks


@click.command()
@click.argument("record", type=click.Path(path_type=Path))
@click.option("--as", "name", type=click.Choice(list(RENDERERS)), help="write this instead of the terminal page")
def show(record: Path, name: str | None) -> None:
    """Show a graded submission: RECORD is a file in the folder `records` of a class run."""
    try:
        result = read(record)
    except RecordError as error:
        raise click.ClickException(str(error)) from None
    final = _final(record)
    if name is None:
        print_page(result, final=final)
    else:
        click.echo(RENDERERS[name].text(result, final), nl=False)


def _final(record: Path) -> "FinalMarks | None":
    """What counts, where the record is one of a class run about which something is decided."""
    from ..classes.sorting import ClassError
    from ..decisions.marking import final_of

    if record.parent.name != "records":
        return None
    try:
        return final_of(record.parent.parent, record.stem)
    except ClassError as error:
        click.echo(f"Decisions are not shown: {error}", err=True)
        return None
