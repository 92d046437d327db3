"""The entries of a folder, a `.zip` or a tar archive, one after the other, without trusting what they say of themselves.

Archives are made to be opened by everybody's tools, and a student may have made one to break ours: tables of millions of
names, a header as long as a disk, kilobytes that unpack to terabytes. Every read is bounded before it happens.
"""

import calendar
import io
import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .members import Member, Remark, limited
from .reading_faults import Unreadable, expect_no_fault_of_ours
from .tar_entries import tar_entries

TABLE_LIMIT_BYTES = 16 << 20  # the table of contents of a .zip, some 200,000 names
CLUTTER = {"__MACOSX", "__pycache__", ".git", ".ipynb_checkpoints", ".venv", "venv", "node_modules", ".pytest_cache"}


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
            yield tar_entries(path, raw, remark, until)


def _folder_entries(root: Path, remark: Remark, until: float) -> Iterator[Member]:
    for entry in limited(_walk(root, remark), remark, until):
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
    for info in limited(iter(infos), remark, until):
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
