"""`autograder gradescope --out autograder.zip`."""

from pathlib import Path

import click
import pytest

from ..grading.options import known_problems
from ..results.gradescope import VISIBILITIES
from .upload import write_upload


@click.command()
@click.option("--out", default="autograder.zip", type=click.Path(dir_okay=False, path_type=Path), help="the archive")
@click.option("--problem", "wanted", metavar="ID", multiple=True, help="grade this problem only; may be repeated")
@click.option("--part", "parts", metavar="ID", multiple=True, help="grade the problems of this part; may be repeated")
@click.option("--seed", type=int, help="the same hidden inputs for everybody (default: each run draws its own)")
@click.option("--index", default="", metavar="URL", help="package index with builds of torch for processors only")
@click.option(
    "--visibility",
    type=click.Choice(list(VISIBILITIES)),
    default="visible",
    help="when students see the checks and their score (default: at once; hidden: the score only)",
)
@click.option("--leaderboard", is_flag=True, help="rank what problems declare in part.toml, such as an accuracy")
def gradescope(out: Path, wanted: tuple[str, ...], parts: tuple[str, ...], **options) -> None:
    """Pack what Gradescope's "Configure Autograder" page takes.

    Choose Ubuntu 22.04 or newer as base image there, and at least 2 GB of memory.
    """
    try:
        chosen = known_problems(wanted, parts)
        write_upload(out, chosen, **options)
    except (pytest.UsageError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror or error}.") from None
    size_kib = out.stat().st_size / 1024
    click.echo(f"{out}: {size_kib:.0f} KiB, {len(chosen)} problems. It holds the solutions: do not publish it.")
