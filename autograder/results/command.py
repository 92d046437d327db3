"""`autograder show RECORD`: a stored record on the terminal, or as any page that can be made of one."""

from pathlib import Path

import click

from .renderers import RENDERERS
from .stored import RecordError, read
from .terminal import print_page


@click.command()
@click.argument("record", type=click.Path(path_type=Path))
@click.option("--as", "name", type=click.Choice(list(RENDERERS)), help="write this instead of the terminal page")
def show(record: Path, name: str | None) -> None:
    """Show a graded submission: RECORD is a file in the folder `records` of a class run."""
    try:
        result = read(record)
    except RecordError as error:
        raise click.ClickException(str(error)) from None
    if name is None:
        print_page(result)
    else:
        click.echo(RENDERERS[name].text(result), nl=False)
