"""The entries of a folder, a `.zip` or a tar archive, one after the other, without trusting what they say of themselves.

Archives are made to be opened by everybody's tools, and a student may have made one to break ours: tables of millions of
names, a header as long as a disk, kilobytes that unpack to terabytes. Every read is bounded before it happens.
"""

import calendar
import errno
import gzip
import io
import lzma
import os
import stat
import struct
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from .names import is_archive

ENTRIES_LIMIT = 200_000  # entries looked at
TABLE_LIMIT_BYTES = 16 << 20  # the table of contents of a .zip, some 200,000 names
HEADER_LIMIT_BYTES = 16 << 10  # what stands between two files of a tar: names, owners, attributes of macOS
UNPACKED_LIMIT_BYTES = 512 << 20  # bytes unpacked while looking for the files worth keeping
READING_LIMIT_S = 60  # an archive of many honest files takes two seconds
CHUNK_BYTES = 1 << 16
CLUTTER = {"__MACOSX", "__pycache__", ".git", ".ipynb_checkpoints", ".venv", "venv", "node_modules", ".pytest_cache"}
# What Python's readers raise on a file that is not what it says it is.
BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    tarfile.TarError,
    gzip.BadGzipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    struct.error,
    ValueError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
)


# What a disk or a network answers that fails, or that somebody has taken away, and a machine that has no more room. Nothing that a student
# hands in does: a file that has just been listed and is not there was not left out by its author.
OURS = {
    getattr(errno, name)
    for name in (
        "ENOENT",
        "EIO",
        "EREMOTEIO",
        "ESTALE",
        "ENOTCONN",
        "ENODEV",
        "ETIMEDOUT",
        "EHOSTDOWN",
        "EHOSTUNREACH",
        "ENETDOWN",
        "ENETUNREACH",
        "ECONNRESET",
        "EMFILE",
        "ENFILE",
        "ENOMEM",
        "ENOSPC",
        "EDQUOT",
    )
    if hasattr(errno, name)
}


def expect_no_fault_of_ours(error: Exception) -> None:
    """Raise an error again that says nothing about the submission, so that nothing of it counts as not handed in.

    Raises:
        OSError: this machine cannot read it.
    """
    if isinstance(error, OSError) and error.errno in OURS:
        raise error


class Unreadable(ValueError):
    """The submission cannot be read at all; the message is one sentence that says why and what to do."""


@dataclass(frozen=True)
class Member:
    """One regular file, not read yet."""

    name: str
    size: int  # as it claims
    read: Callable[[int], bytes]  # at most so many bytes
    time: float = 0.0  # of its last change, as it claims; in seconds, comparable within one submission
    path: Path | None = None  # where it stands, if it is in a folder


Remark = Callable[[str], None]


def deadline() -> float:
    """What the clock shows when reading a submission that begins now has taken too long."""
    return time.monotonic() + READING_LIMIT_S


@contextmanager
def entries(path: Path, remark: Remark, wanted: Callable[[str], bool], until: float) -> Iterator[Iterator[Member]]:
    """The regular files of a submission; links, devices and what cannot be opened are remarked on and left out.

    Args:
        path: a folder or an archive.
        remark: called with one sentence about what was left out.
        wanted: whether the course asks for a file of that name; in a `.zip` those come first.
        until: what the clock (`time.monotonic`) shows when reading has taken too long.
    Raises:
        Unreadable, OSError or one of `BROKEN`, here or while iterating.
    """
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        yield _folder_entries(path, remark, until)
    elif not stat.S_ISREG(mode):
        raise Unreadable(f"{path.name} is neither a folder nor a file; hand in a folder, a .zip or a .tar.gz.")
    elif zipfile.is_zipfile(path):
        with _ZipFile(path) as file, zipfile.ZipFile(file) as archive:
            file.opened = True
            yield _zip_entries(archive, remark, wanted, until)
    else:
        with open(path, "rb") as raw:
            yield _tar_entries(path, raw, remark, until)


def _limited(items: Iterator[Any], remark: Remark, until: float) -> Iterator[Any]:
    """The first items, as long as there is time."""
    for number, item in enumerate(items):
        if number >= ENTRIES_LIMIT:
            remark(f"Only the first {ENTRIES_LIMIT:,} entries were looked at; hand in nothing but your own files.")
            return
        if time.monotonic() > until:
            raise Unreadable(f"reading it takes more than {READING_LIMIT_S} seconds; hand in nothing but your own files.")
        yield item


def _folder_entries(root: Path, remark: Remark, until: float) -> Iterator[Member]:
    for entry in _limited(_walk(root, remark), remark, until):
        name = Path(entry.path).relative_to(root).as_posix()
        if entry.is_symlink():
            remark(f"{name} is a link and was left out; hand in the file itself.")
        elif entry.is_file(follow_symlinks=False):
            yield Member(name, 0, _file_reader(entry.path), _changed(entry), Path(entry.path))
        elif not entry.is_dir(follow_symlinks=False):
            remark(f"{name} is not a regular file and was left out.")


def _changed(entry: os.DirEntry) -> float:
    try:
        return entry.stat(follow_symlinks=False).st_mtime
    except OSError:
        return 0.0


def _walk(root: Path, remark: Remark) -> Iterator[os.DirEntry]:
    pending = [str(root)]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder) as found:
                listed = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            if folder == str(root):
                raise
            expect_no_fault_of_ours(error)
            remark(f"{Path(folder).name} cannot be opened ({error.strerror}) and was left out.")
            continue
        yield from listed
        pending += [entry.path for entry in listed if entry.name not in CLUTTER and entry.is_dir(follow_symlinks=False)]


def _file_reader(path: str) -> Callable[[int], bytes]:
    def read_file(most: int) -> bytes:
        # O_NOFOLLOW and the second look: the file may have been exchanged since the folder was listed.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:
            return file.read(most) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""

    return read_file


class _ZipFile(io.FileIO):
    """An archive that refuses to give a table of contents too long to be a student's; `zipfile` reads it in one piece."""

    opened = False

    def read(self, size: int | None = -1) -> bytes:
        if not self.opened and (size or 0) > TABLE_LIMIT_BYTES:
            raise Unreadable(
                f"its table of contents is longer than {TABLE_LIMIT_BYTES >> 20} MiB; hand in nothing but your own files."
            )
        return super().read(size) or b""


def _zip_entries(archive: zipfile.ZipFile, remark: Remark, wanted: Callable[[str], bool], until: float) -> Iterator[Member]:
    infos = sorted(archive.infolist(), key=lambda info: not wanted(info.filename))
    for info in _limited(iter(infos), remark, until):
        kind, shown = stat.S_IFMT(info.external_attr >> 16), f"{info.filename[:80]!r}"
        if info.is_dir():
            continue
        if kind and kind != stat.S_IFREG:
            remark(f"{shown} is a link or a device and was left out; hand in the file itself.")
        elif info.flag_bits & 1:
            remark(f"{shown} is encrypted and was left out; pack it without a password.")
        elif info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # Python unpacks bzip2 and LZMA without a limit: a few kilobytes would fill the memory.
            remark(f"{shown} is packed in an unusual way and was left out; pack it as an ordinary .zip.")
        else:
            yield Member(info.filename, info.file_size, _member_reader(archive, info), _packed(info))


def _packed(info: zipfile.ZipInfo) -> float:
    try:
        return calendar.timegm(info.date_time)
    except (ValueError, OverflowError):  # a month of 0
        return 0.0


def _member_reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[int], bytes]:
    def read_member(most: int) -> bytes:
        with archive.open(info) as member:
            return member.read(most)

    return read_member


def _tar_entries(path: Path, raw: IO[bytes], remark: Remark, until: float) -> Iterator[Member]:
    magic = raw.read(2)
    raw.seek(0)
    if magic == b"PK":
        raise Unreadable(f"{path.name} is a .zip whose end is missing; pack and hand it in again.")
    stream = _Forward(gzip.GzipFile(fileobj=raw) if magic == b"\x1f\x8b" else raw)
    try:
        archive = tarfile.open(fileobj=stream, mode="r:")  # type: ignore[call-overload]
    except tarfile.ReadError:
        raise Unreadable(_no_archive(path)) from None
    with archive:
        for member in _limited(_members(archive, stream), remark, until):
            if member.isreg():
                file = archive.extractfile(member)
                stream.room = UNPACKED_LIMIT_BYTES
                yield Member(member.name, member.size, _in_chunks(file) if file else lambda most: b"", float(member.mtime))
            elif not member.isdir():
                remark(f"{member.name[:80]!r} is a link or a device and was left out; hand in the file itself.")


def _no_archive(path: Path) -> str:
    if not path.stat().st_size:
        return f"{path.name} is empty; pack your files and hand them in again."
    if is_archive(path.name):
        return f"{path.name} is called an archive but is none, or was damaged; pack your files and hand them in again."
    return f"{path.name} is neither a folder nor a .zip nor a .tar.gz; hand in one of these."


def _members(archive: tarfile.TarFile, stream: "_Forward") -> Iterator[tarfile.TarInfo]:
    if getattr(archive, "firstmember", None) is None:  # zeros only: Python 3.10 would go back to before the first
        return
    while (member := archive.next()) is not None:
        yield member
        archive.members.clear()  # type: ignore[attr-defined]    # it would keep a kilobyte for every entry
        stream.room = HEADER_LIMIT_BYTES


def _in_chunks(file: IO[bytes]) -> Callable[[int], bytes]:
    def read_chunks(most: int) -> bytes:
        data = bytearray()
        while len(data) < most and (chunk := file.read(min(CHUNK_BYTES, most - len(data)))):
            data += chunk
        return bytes(data)

    return read_chunks


class _Forward:
    """A stream that goes forward only and gives so much between two files, and so much in all, that no bomb goes off."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile):
        self.stream, self.position, self.room = stream, 0, HEADER_LIMIT_BYTES

    def tell(self) -> int:
        return self.position

    def seek(self, place: int) -> int:
        if place < self.position:
            raise tarfile.StreamError("its entries overlap")
        while self.position < place and self._next(min(place - self.position, CHUNK_BYTES)):
            pass
        return self.position

    def read(self, size: int) -> bytes:
        self.room -= size
        if self.room < 0:
            raise tarfile.HeaderError("what stands between two of its files is too long")
        return self._next(size)

    def _next(self, size: int) -> bytes:
        data = self.stream.read(size)
        self.position += len(data)
        if self.position > UNPACKED_LIMIT_BYTES:
            raise tarfile.TarError(f"it unpacks to more than {UNPACKED_LIMIT_BYTES >> 20} MiB")
        return data
