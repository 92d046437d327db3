"""The entries of a tar archive, plain or packed with gzip, read forward only and with so much room that no bomb goes off."""

import gzip
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from .members import Member, Remark, limited
from .names import is_archive
from .reading_faults import Unreadable

HEADER_LIMIT_BYTES = 16 << 10  # what stands between two files of a tar: names, owners, attributes of macOS
UNPACKED_LIMIT_BYTES = 512 << 20  # bytes unpacked while looking for the files worth keeping
CHUNK_BYTES = 1 << 16


def tar_entries(path: Path, raw: IO[bytes], remark: Remark, until: float) -> Iterator[Member]:
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
        for member in limited(_members(archive, stream), remark, until):
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
