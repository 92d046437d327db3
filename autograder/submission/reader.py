"""Read a submission (folder, `.zip`, `.tar.gz`) into memory: regular files only, no link followed, within limits.

Nothing is unpacked to disk, so no name inside an archive can reach a place outside it. Files that the course declares
are read first: junk beside them can use up the limits, not their place.
"""
import gzip
import io
import os
import stat
import tarfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from collections.abc import Callable, Iterable, Iterator

ENTRIES_LIMIT = 200_000             # entries looked at
SPARE_LIMIT = 500                   # files kept beside the declared ones,
SPARE_LIMIT_BYTES = 16 << 20        # and their bytes; junk never takes the place of what the course asks for
FILE_LIMIT_BYTES = 32 << 20         # one file: a checkpoint of a few million parameters
TOTAL_LIMIT_BYTES = 64 << 20
ARCHIVE_LIMIT_BYTES = 512 << 20     # bytes unpacked while looking for the files worth keeping
CLUTTER = {"__MACOSX", "__pycache__", ".git", ".ipynb_checkpoints", ".venv", "venv", "node_modules", ".pytest_cache"}
KEPT_SUFFIXES = {".py", ".pt", ".ipynb", ".cfg", ".json", ".toml", ".txt", ".csv", ".md", ".yaml", ".yml", ".ini"}


class Unreadable(ValueError):
    """The submission cannot be read at all; the message is one sentence that says why and what to do."""


@dataclass
class Contents:
    """The files of a submission by relative path, and remarks on what was left out."""

    files: dict[str, bytes] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def remark(self, text: str) -> None:
        """Add a remark once; a million odd entries give ten."""
        if text not in self.remarks and len(self.remarks) < 10:
            self.remarks.append(text)


@dataclass(frozen=True)
class _Entry:
    name: str
    size: int
    read: Callable[[int], bytes]    # at most so many bytes


def read(path: Path, declared: Iterable[str]) -> Contents:
    """Read a submission.

    Args:
        path: a folder or an archive.
        declared: relative paths of the files that the course asks for; these come first.
    Raises:
        Unreadable: nothing of it can be used.
    """
    contents = Contents()
    endings = tuple(declared)
    try:
        if path.is_dir():
            _keep(_walk(path, contents), contents, endings)
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                _keep(_zip_entries(archive, contents), contents, endings)
        else:
            _read_tar(path, contents, endings)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, gzip.BadGzipFile, RuntimeError, NotImplementedError) as error:
        raise Unreadable(f"{path.name} is broken ({error}); pack and hand it in again.") from None
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read ({error.strerror or error}); hand it in again.") from None
    if not contents.files:
        what = "the folder" if path.is_dir() else "the archive"
        raise Unreadable(f"{what} {path.name} holds no file that the course asks for; hand in the files you completed.")
    return contents


def _read_tar(path: Path, contents: Contents, endings: tuple[str, ...]) -> None:
    with open(path, "rb") as raw:
        magic = raw.read(2)
        raw.seek(0)
        stream = gzip.GzipFile(fileobj=raw) if magic == b"\x1f\x8b" else raw
        try:
            archive = tarfile.open(fileobj=_Counted(stream), mode="r|")
        except tarfile.ReadError:
            raise Unreadable(f"{path.name} is neither a folder nor a .zip nor a .tar.gz; hand in one of these.") from None
        with archive:
            _keep(_tar_entries(archive, contents), contents, endings)


class _Counted(io.RawIOBase):
    """A stream that stops a bomb: it gives no more than the limit."""

    def __init__(self, stream):
        self.stream, self.given = stream, 0

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size)
        self.given += len(data)
        if self.given > ARCHIVE_LIMIT_BYTES:
            raise tarfile.TarError(f"it unpacks to more than {ARCHIVE_LIMIT_BYTES >> 20} MiB")
        return data


def _walk(root: Path, contents: Contents) -> Iterator[_Entry]:
    pending = [root]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in sorted(entries, key=lambda item: item.name):
                name = Path(entry.path).relative_to(root).as_posix()
                if entry.is_symlink():
                    contents.remark(f"{name} is a link and was left out; hand in the file itself.")
                elif entry.is_dir(follow_symlinks=False):
                    if entry.name not in CLUTTER:
                        pending.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False):
                    yield _Entry(name, entry.stat(follow_symlinks=False).st_size, _reader_of(entry.path))
                else:
                    contents.remark(f"{name} is not a regular file and was left out.")


def _reader_of(path: str) -> Callable[[int], bytes]:
    def read_file(most: int) -> bytes:
        # O_NOFOLLOW and the second look: the file may have been exchanged since the folder was listed.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:
            return file.read(most) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""
    return read_file


def _zip_entries(archive: zipfile.ZipFile, contents: Contents) -> Iterator[_Entry]:
    infos = archive.infolist()
    names = [info.filename for info in infos]
    for info in infos if len(set(names)) == len(names) else list(dict(zip(names, infos)).values()):
        mode = info.external_attr >> 16
        if info.is_dir():
            continue
        if stat.S_ISLNK(mode) or (stat.S_IFMT(mode) and not stat.S_ISREG(mode)):
            contents.remark(f"{info.filename[:80]!r} is a link or a device and was left out; hand in the file itself.")
        else:
            yield _Entry(info.filename, info.file_size, _zip_reader(archive, info))


def _zip_reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[int], bytes]:
    def read_member(most: int) -> bytes:
        with archive.open(info) as member:
            return member.read(most)
    return read_member


def _tar_entries(archive: tarfile.TarFile, contents: Contents) -> Iterator[_Entry]:
    for member in archive:
        if member.isreg():
            file = archive.extractfile(member)
            yield _Entry(member.name, member.size, file.read if file else lambda most: b"")
        elif not member.isdir():
            contents.remark(f"{member.name[:80]!r} is a link or a device and was left out; hand in the file itself.")


def _keep(entries: Iterator[_Entry], contents: Contents, endings: tuple[str, ...]) -> None:
    """Read the entries worth keeping, each kind up to its own limit."""
    room = {True: TOTAL_LIMIT_BYTES, False: SPARE_LIMIT_BYTES}
    spare, seen = 0, set()
    for number, entry in enumerate(entries):
        if number >= ENTRIES_LIMIT:
            contents.remark(f"only the first {ENTRIES_LIMIT:,} entries were looked at; hand in nothing but your own files.")
            return
        name = _vetted(entry.name, contents)
        if name is None:
            continue
        if name.lower() in seen:
            contents.remark(f"{name!r} is there twice (or in two spellings); the first was taken.")
            continue
        wanted = name.endswith(endings)
        most = min(FILE_LIMIT_BYTES if wanted else 1 << 20, room[wanted])
        spare += not wanted
        if entry.size > most or spare > SPARE_LIMIT:
            contents.remark(f"{name!r} is too large or one too many and was left out.")
            continue
        data = entry.read(most + 1)
        if len(data) > most:
            contents.remark(f"{name!r} is larger than it says and was left out.")
            continue
        seen.add(name.lower())
        room[wanted] -= len(data)
        contents.files[name] = data


def _vetted(name: str, contents: Contents) -> str | None:
    """A name that is safe to show and to write below a folder, or None."""
    path = PurePosixPath(name.replace("\\", "/"))
    odd = any(ord(char) < 32 or ord(char) == 127 or 0xD800 <= ord(char) < 0xE000 for char in name)
    if path.is_absolute() or ".." in path.parts or odd or len(name) > 200 or (path.parts and ":" in path.parts[0]):
        contents.remark(f"{name[:80]!r} is a name that leads out of the folder or cannot be used; it was left out.")
        return None
    if not path.parts or CLUTTER & set(path.parts) or path.name.startswith("._") or path.suffix.lower() not in KEPT_SUFFIXES:
        return None
    return path.as_posix()
