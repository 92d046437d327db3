"""From a name to a finished folder: find or download the source, verify it, convert it once, move it into place.

All work happens in the hidden folder `ROOT/.NAME.work`; `ROOT/NAME` appears by one rename, complete or not at all.
After a failure only downloads stay there, since the next run can go on from them.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from data_scripts.checksums import difference, digest_file, strength
from data_scripts.download import Fetched, Patience, fetch
from data_scripts.errors import PlaceError, SourceError, place_error
from data_scripts.finished import is_finished
from data_scripts.progress import Reporter, megabytes
from data_scripts.sources import FileSource, Source, open_source, readable
from data_scripts.spec import DataSpec, RemoteFile
from data_scripts.writer import DatasetWriter

SPARE_BYTES = 20_000_000
WEB = ("http://", "https://")


@dataclass(frozen=True)
class Origin:
    """A source ready to convert, with what `meta.json` says about it."""

    source: Source
    facts: dict[str, Any]


@dataclass(frozen=True)
class Request:
    """What the user asked for. `source` is empty, a folder, an archive or an http(s) address."""

    spec: DataSpec
    root: Path
    source: str = ""
    unverified: bool = False
    patience: Patience = field(default_factory=Patience)

    @property
    def target(self) -> Path:
        """The finished data set."""
        return self.root / self.spec.name

    @property
    def work(self) -> Path:
        """Downloads and half-written arrays, out of sight."""
        return self.root / f".{self.spec.name}.work"


def prepare(request: Request, reporter: Reporter) -> bool:
    """Make `ROOT/NAME`, unless it is there already.

    Args:
        request: data set, folder and source.
        reporter: shows what happens.
    Returns:
        False when the data set was already there and nothing was done.
    Raises:
        DataError: one sentence; nothing half-written is left in place.
    """
    if is_finished(request.target, request.spec):
        return False
    try:
        with _workplace(request) as work:
            origin = _origin(request, work, reporter)
            _convert(request, origin, work / "converted", reporter)
            if request.target.exists():  # an empty folder, which not every system replaces
                request.target.rmdir()
            (work / "converted").replace(request.target)
            shutil.rmtree(work)
    except OSError as error:
        raise place_error(error, request.root) from error
    return True


@contextlib.contextmanager
def _workplace(request: Request) -> Iterator[Path]:
    """The work folder, for this run alone; afterwards only verified or resumable downloads are left in it."""
    made_root = not request.root.exists()
    request.work.mkdir(parents=True, exist_ok=True)
    with _locked(request.work):
        try:
            shutil.rmtree(request.work / "converted", ignore_errors=True)
            yield request.work
        finally:
            shutil.rmtree(request.work / "converted", ignore_errors=True)
            with contextlib.suppress(OSError):  # not empty: a download is kept
                request.work.rmdir()
                if made_root:
                    request.root.rmdir()


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep a second run away; the lock ends with the process, so a killed run leaves nothing to clear up."""
    try:
        import fcntl
        import os
    except ImportError:  # Windows has no such lock
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PlaceError(f"another run is working in {folder}; wait until it is done") from error
        except OSError:  # some network file systems lock no folders; there is no lock either, then
            pass
        yield
    finally:
        os.close(handle)


def _origin(request: Request, work: Path, reporter: Reporter) -> Origin:
    """Choose between download, archive and folder."""
    spec, given = request.spec, request.source
    if not spec.files:
        if given:
            raise SourceError(f"{spec.name} is drawn by code, so it takes no --source; leave the option out")
        return Origin(FileSource(work, {}), {"source": "drawn by code", "verified": "none", "sha256": {}})
    if not given or given.lower().startswith(WEB):
        return _downloaded(request, work, reporter)
    path = Path(given).expanduser()
    if not path.exists():
        raise SourceError(f"{path} does not exist; give --source an archive, a folder or an http address")
    if path.resolve() == request.target.resolve():
        raise SourceError(f"{path} is where the result belongs; move it elsewhere and give that as --source")
    _need_space(request.root, spec.disk_bytes)
    archives = _archives(spec, path)
    if archives is None:
        reporter.say("A folder has no checksum: only names, shapes and numbers of images are checked.")
        return Origin(open_source(path), {"source": str(path), "verified": "none", "sha256": {}})
    return _local(request, path, archives)


def _archives(spec: DataSpec, path: Path) -> dict[str, Path] | None:
    """The publisher's files, if that is what the path is or holds; None for an unpacked folder."""
    if path.is_dir():
        inside = {file.name: path / file.name for file in spec.files}
        return inside if all(file.is_file() for file in inside.values()) else None
    if len(spec.files) > 1:
        names = " and ".join(file.name for file in spec.files)
        raise SourceError(f"{spec.name} is more than one file; give --source the folder that holds {names}")
    return {spec.files[0].name: path}


def _local(request: Request, path: Path, archives: dict[str, Path]) -> Origin:
    """Archives on this machine have to be the publisher's, unless the user says otherwise."""
    fetched = []
    for file in request.spec.files:
        with readable(path):
            digests = digest_file(archives[file.name])
        wrong = difference(file, digests)
        if wrong and not request.unverified:
            raise SourceError(
                f"{archives[file.name]} is not the file that was published ({wrong}); "
                "get it again, or add --unverified if you trust it"
            )
        fetched.append(Fetched(archives[file.name], str(path), digests))
    return _from_files(request, request.spec.files, fetched)


def _downloaded(request: Request, work: Path, reporter: Reporter) -> Origin:
    """Fetch every file of the data set into the work folder."""
    files = tuple(_addressed(file, request) for file in request.spec.files)
    here = sum(path.stat().st_size for path in work.iterdir() if path.is_file())
    _need_space(request.root, max(0, request.spec.download_bytes - here) + request.spec.disk_bytes)
    for file in files:
        if request.unverified:  # nothing tells whether an earlier download is of the same file
            (work / file.name).unlink(missing_ok=True)
            (work / f"{file.name}.part").unlink(missing_ok=True)
    return _from_files(request, files, [fetch(file, work, request.patience, reporter) for file in files])


def _addressed(file: RemoteFile, request: Request) -> RemoteFile:
    """The file with the address that the user gave, if any: a whole address, or that of its folder."""
    if request.source:
        whole = len(request.spec.files) == 1 and not request.source.endswith("/")
        address = request.source if whole else f"{request.source.rstrip('/')}/{file.name}"
        file = replace(file, addresses=(address,))
    return replace(file, md5="", sha256="", exact_size=False) if request.unverified else file


def _from_files(request: Request, files: tuple[RemoteFile, ...], fetched: list[Fetched]) -> Origin:
    paths = {file.name: got.path for file, got in zip(files, fetched)}
    first = fetched[0].path
    loose = len(files) > 1
    facts = {
        "source": [got.address for got in fetched] if loose else fetched[0].address,
        "verified": "none" if request.unverified else strength(files),
        "sha256": {file.name: got.digests.sha256 for file, got in zip(files, fetched)},
    }
    return Origin(FileSource(first.parent, paths) if loose else open_source(first), facts)


def _need_space(root: Path, needed_bytes: int) -> None:
    free = shutil.disk_usage(root).free
    if free < needed_bytes + SPARE_BYTES:
        raise PlaceError(
            f"the disk of {root} has {megabytes(free)} free, and {megabytes(needed_bytes + SPARE_BYTES)} are needed; "
            "free some space or choose another --root"
        )


def _convert(request: Request, origin: Origin, folder: Path, reporter: Reporter) -> None:
    """Write the arrays and, last of all, `meta.json`."""
    spec = request.spec
    folder.mkdir()
    with reporter.bar(f"Converting {spec.title}", spec.n_train + spec.n_test) as advance:
        writer = DatasetWriter(spec, folder, advance)
        try:
            found = spec.convert(origin.source, writer)
            writer.finish({**origin.facts, **found})
        except SourceError:
            _forget_useless_downloads(request)
            raise
        finally:
            writer.abandon()


def _forget_useless_downloads(request: Request) -> None:
    """A download that cannot be converted would only fail again."""
    for file in request.spec.files:
        (request.work / file.name).unlink(missing_ok=True)
