"""A submission as values that travel to a machine that cannot see its file, and that become the same files there."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from ..submission.names import is_archive
from ..submission.reader import FILE_LIMIT_BYTES
from .fingerprint import walk

ARCHIVE_LIMIT_BYTES = 512 << 20


@dataclass(frozen=True)
class Item:
    """One file: `kind` is `file`, `link` (the data is where it points to) or `other`, which nobody reads."""

    name: str
    kind: str
    data: bytes
    changed: float = 0.0  # when; of two copies the newer one counts


@dataclass(frozen=True)
class Parcel:
    """A submission's name and files; an archive is the only item, with an empty name."""

    name: str
    items: tuple[Item, ...]


def pack(path: Path) -> Parcel:
    """Read a submission.

    Raises:
        OSError: it cannot be read, or it is too large to travel.
    """
    if not path.is_dir():
        if path.stat().st_size > ARCHIVE_LIMIT_BYTES:
            raise OSError(f"{path} has more than {ARCHIVE_LIMIT_BYTES >> 20} MiB, which is too large to send to a cluster")
        return Parcel(path.name, (Item("", "file", path.read_bytes()),))
    return Parcel(path.name, tuple(_item(name, place) for name, place in walk(path)))


def unpack(parcel: Parcel, folder: Path) -> Path:
    """Write a submission below a folder that is empty; returns where it stands."""
    root = folder / parcel.name
    if len(parcel.items) == 1 and not parcel.items[0].name:
        root.write_bytes(parcel.items[0].data)
        return root
    root.mkdir()
    for item in parcel.items:
        place = root / item.name
        place.parent.mkdir(parents=True, exist_ok=True)
        if item.kind == "file":
            place.write_bytes(item.data)
            os.utime(place, (item.changed, item.changed))
        elif item.kind == "link":
            os.symlink(os.fsdecode(item.data), place)
        else:
            os.mkfifo(place)
    return root


def _item(name: str, place: Path) -> Item:
    about = place.lstat()
    if stat.S_ISLNK(about.st_mode):
        return Item(name, "link", os.fsencode(os.readlink(place)))
    if not stat.S_ISREG(about.st_mode):
        return Item(name, "other", b"")
    if about.st_size > (ARCHIVE_LIMIT_BYTES if is_archive(name) else FILE_LIMIT_BYTES):
        return Item(name, "file", bytes(FILE_LIMIT_BYTES + 1))  # as large as it takes to be left out there, too
    return Item(name, "file", place.read_bytes(), about.st_mtime)
