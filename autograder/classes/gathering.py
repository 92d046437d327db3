"""Single files of one submission, copied into one folder, so that they can be read as any other submission."""

import os
import shutil
from pathlib import Path

from ..submission.names import is_archive
from ..submission.reader import FILE_LIMIT_BYTES
from .entries import Entry
from .fingerprint import walk

BETWEEN_S = 1000  # the times of the copies say in which order they came


def place(entry: Entry, collected: Path) -> Path:
    """Where the submission stands once it has been gathered below `collected`."""
    return collected / entry.student if entry.loose else entry.path


def gather(entry: Entry, collected: Path) -> Path:
    """Where the submission stands; what belongs together is first copied into one folder below `collected`.

    Raises:
        OSError: it cannot be read, or the disk is full.
    """
    if not entry.loose:
        return entry.path
    folder = collected / entry.student
    shutil.rmtree(folder, ignore_errors=True)
    for order, (name, path) in enumerate(entry.loose, 1):
        target = folder.joinpath(*(_harmless(part) for part in name.replace("\\", "/").split("/")))
        for inner, source in walk(path) if path.is_dir() else [("", path)]:
            if source.is_file() and not source.is_symlink():
                _copy(source, target / inner, order * BETWEEN_S)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _harmless(part: str) -> str:
    return part if part.strip(" .") else "file"


def _copy(source: Path, target: Path, when: int) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.stat().st_size > FILE_LIMIT_BYTES and not is_archive(source.name):
        with open(target, "wb") as file:
            file.truncate(FILE_LIMIT_BYTES + 1)  # what is too large is said to be so when it is read
    else:
        shutil.copyfile(source, target)
    os.utime(target, (when, when))
