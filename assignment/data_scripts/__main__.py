"""`python -m data_scripts NAME --root DIR`: make one data set ready for training."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import click

from data_scripts.catalog import DATASETS
from data_scripts.download import Patience
from data_scripts.errors import DataError
from data_scripts.finished import is_finished
from data_scripts.prepare import Request, prepare
from data_scripts.progress import Reporter, TerminalReporter, megabytes
from data_scripts.spec import DataSpec


PATIENCE = Patience()


def _epilog() -> str:
    rows = [f"{spec.name:<14} {megabytes(spec.download_bytes):>9}  {spec.title}" for spec in DATASETS.values()]
    return "\b\nData sets and what is downloaded for them:\n" + "\n".join(f"  {row}" for row in rows)


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, epilog=_epilog())
@click.argument("name", type=click.Choice(list(DATASETS)))
@click.option("--root", default="data", show_default=True, help="Folder for all data sets.")
@click.option("--source", default="", help="Archive, folder or http address to use instead of the official address.")
@click.option("--unverified", is_flag=True, help="Accept a --source whose checksum is not the publisher's.")
def main(name: str, root: str, source: str, unverified: bool) -> None:
    """Download data set NAME, verify it, and convert it once into arrays below ROOT/NAME."""
    request = Request(DATASETS[name], Path(root).expanduser(), source, unverified, PATIENCE)
    reporter = TerminalReporter()
    started = time.perf_counter()
    try:
        if not is_finished(request.target, request.spec):
            describe(request, reporter)
        made = prepare(request, reporter)
    except DataError as error:
        _fail(f"{name}: {error}{_kept(request, error)}")
    except KeyboardInterrupt:
        _fail(f"{name}: stopped{_kept(request)}; run the same command again")
    click.echo(_summary(request, f"{time.perf_counter() - started:.1f} s" if made else "already there, nothing to do"))


def describe(request: Request, reporter: Reporter) -> None:
    """Say what is about to happen, and under which licence, before anything is fetched."""
    spec = request.spec
    reporter.say(f"{spec.title}, {spec.homepage}")
    reporter.say(f"  licence   {spec.licence}")
    if request.source:
        reporter.say(f"  source    {request.source}")
    elif spec.files:
        reporter.say(f"  download  {megabytes(spec.download_bytes)}, {_checksums(spec)}")
    reporter.say(f"  on disk   {megabytes(spec.disk_bytes)} in {request.target}")


def _checksums(spec: DataSpec) -> str:
    known = [f"SHA-256 {file.sha256}" if file.sha256 else f"MD5 {file.md5}" for file in spec.files]
    return ", ".join(known)


def _summary(request: Request, remark: str) -> str:
    spec = request.spec
    shape = "x".join(str(length) for length in spec.image_shape)
    return (
        f"{request.target}: {spec.n_train:,} train and {spec.n_test:,} test images of {shape}, {spec.n_classes} classes ({remark})"
    )


def _kept(request: Request, error: DataError | None = None) -> str:
    """Name the downloads that stay, unless the sentence did already."""
    kept = sorted(path for path in request.work.glob("*") if path.is_file())
    if not kept or str(request.work) in str(error or ""):
        return ""
    amount = megabytes(sum(path.stat().st_size for path in kept))
    return f"; the {amount} downloaded so far are kept in {request.work} and used again"


def _fail(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(1)


def _stop(signal_number: int, frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    main(prog_name="python -m data_scripts")
