"""What a result depends on, as digests: the submission's content, the kit, and the options of the run.

Two equal fingerprints mean that grading again with the same seed would give the same result, times aside; that is what a run that goes on
where an earlier one stopped relies on.
"""

import hashlib
import json
import os
import stat
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from collections.abc import Iterable, Iterator

from ..course import CHECKS, SOLUTIONS
from ..grading.options import Options
from ..places import COURSE_ROOT, KIT_ROOT
from ..submission.names import is_archive
from ..submission.reader import CLUTTER, ENTRIES_LIMIT, FILE_LIMIT_BYTES
from .entries import Entry

KIT_SUFFIXES = {".py", ".toml", ".j2", ".css", ".json"}
WITHOUT_EFFECT = {
    KIT_ROOT / "autograder" / name for name in ("build", "classes", "decisions", "explain", "gradebook")
}  # none can change a record
PACKAGES = ("torch", "torchvision", "numpy", "pytest")
CHUNK_BYTES = 1 << 20


def kit_hash() -> str:
    """A digest of all that can change a mark: checks, harness, solutions, what they import, and the libraries' versions."""
    digest = hashlib.sha256()
    for name in PACKAGES:
        try:
            digest.update(f"{name} {version(name)}\n".encode())
        except PackageNotFoundError:
            pass
    # Hidden images are drawn with data_scripts.
    for folder in dict.fromkeys(
        (KIT_ROOT / "autograder", CHECKS, SOLUTIONS, *(root / "data_scripts" for root in (KIT_ROOT, COURSE_ROOT)))
    ):
        for path in sorted(_kit_files(folder)):
            digest.update(f"{folder.name}/{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _kit_files(folder: Path) -> Iterator[Path]:
    for current, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in CLUTTER and Path(current, name) not in WITHOUT_EFFECT]
        yield from (Path(current, name) for name in files if Path(name).suffix in KIT_SUFFIXES)


def fingerprint(entry: Entry, options: Options, kit: str) -> str:
    """The digest of everything that the entry's result depends on, but for the seed, which the result itself names.

    Raises:
        OSError: the submission cannot be read.
    """
    settings = [kit, options.device, options.problems, options.require_full, entry_hash(entry)]
    return hashlib.sha256(json.dumps(settings).encode()).hexdigest()


def conditions(options: Options, kit: str) -> str:
    """The digest of everything but submission and seed, which makes results of two runs comparable problem by problem."""
    settings = [kit, options.device, options.problems, options.require_full]
    return hashlib.sha256(json.dumps(settings).encode()).hexdigest()


def entry_hash(entry: Entry) -> str:
    """The digest of whose submission it is, and of all that it holds.

    Raises:
        OSError: the submission cannot be read.
    """
    digest = hashlib.sha256(json.dumps([entry.student, entry.members]).encode())
    for name, path in entry.loose or (("", entry.path),):
        digest.update(f"{name}\0{content_hash(path)}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def content_hash(path: Path) -> str:
    """The digest of a file, or of a folder with all it holds.

    Raises:
        OSError: it cannot be read.
    """
    digest = hashlib.sha256()
    _add(digest, path)
    return digest.hexdigest()


def _add(digest: "hashlib._Hash", path: Path) -> None:
    """Links count as links; nothing is followed."""
    if not path.is_dir():
        if not path.is_file() and path.exists():
            raise OSError("it is neither a folder nor a file")
        with open(path, "rb") as file:
            for chunk in iter(lambda: file.read(CHUNK_BYTES), b""):
                digest.update(chunk)
        return
    for name, place in walk(path):
        about = place.lstat()
        digest.update(f"{name}\0{stat.S_IFMT(about.st_mode)}\0{about.st_size}\0".encode("utf-8", "surrogateescape"))
        if stat.S_ISREG(about.st_mode) and (about.st_size <= FILE_LIMIT_BYTES or is_archive(name)):  # the reader leaves others out
            digest.update(hashlib.sha256(place.read_bytes()).digest())


def walk(folder: Path) -> Iterable[tuple[str, Path]]:
    """Every file and link below a folder, with its relative path.

    Raises:
        OSError: a folder in it cannot be read; what is in there must not count as not handed in.
    """
    found: list[tuple[str, Path]] = []
    for current, folders, files in os.walk(folder, onerror=_stop):
        folders[:] = sorted(name for name in folders if name not in CLUTTER)
        links = [name for name in folders if Path(current, name).is_symlink()]
        found += [(os.path.relpath(os.path.join(current, name), folder), Path(current, name)) for name in sorted(files) + links]
        if len(found) > ENTRIES_LIMIT:
            break
    return found


def _stop(error: OSError) -> None:
    raise error
