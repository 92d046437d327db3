"""Read a submission (folder, `.zip`, `.tar.gz`) into memory: regular files only, no link followed, within limits.

Nothing is unpacked to disk, so no name inside an archive can reach a place outside it. What the course asks for has limits
of its own: junk beside it cannot take its place.
"""
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from .entries import ARCHIVES, BROKEN, CLUTTER, ENTRIES_LIMIT, OTHER_ARCHIVES, Entry, Unreadable, entries

__all__ = ["CLUTTER", "ENTRIES_LIMIT", "FILE_LIMIT_BYTES", "Contents", "Unreadable", "read"]

FILE_LIMIT_BYTES = 32 << 20         # one file: a checkpoint of a few million parameters
NAME_LIMIT_BYTES = 200              # one component of a path may have 255 bytes on the disk of a child
DEPTH_LIMIT = 12
FOLDERS_LIMIT = 1000                # together with the files' limits less than a child's disk has room for
KEPT_SUFFIXES = {".py", ".pt", ".ipynb", ".cfg", ".json", ".toml", ".txt", ".csv", ".md", ".yaml", ".yml", ".ini"}


@dataclass
class Contents:
    """The files of a submission by relative path, and remarks on what was left out."""

    files: dict[str, bytes] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def remark(self, text: str) -> None:
        """Add a remark once; a million odd entries give ten."""
        if text not in self.remarks and len(self.remarks) < 10:
            self.remarks.append(text)


def read(path: Path, declared: Iterable[str]) -> Contents:
    """Read a submission.

    Args:
        path: a folder or an archive.
        declared: relative paths of the files that the course asks for.
    Raises:
        Unreadable: nothing of it can be used.
    """
    contents = Contents()
    shelf = _Shelf(contents, tuple(f"/{name}" for name in declared))
    try:
        with entries(path, contents.remark, shelf.wanted) as found:
            for entry in found:
                shelf.keep(entry)
    except Unreadable:
        raise
    except BROKEN as error:
        raise Unreadable(f"{path.name} is broken ({_reason(error)}); pack and hand it in again.") from None
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read ({_reason(error)}); hand it in again.") from None
    if not contents.files and contents.remarks:
        raise Unreadable(f"{path.name} holds nothing that can be graded: {contents.remarks[0]}")
    if not contents.files:
        raise Unreadable(f"{path.name} holds no file that the course asks for; hand in the files you completed.")
    return contents


@dataclass
class _Room:
    """What may still be kept of one kind of file."""

    file_bytes: int
    total_bytes: int
    files: int = 500


class _Shelf:
    """Keeps the files worth keeping, each kind up to its own limits."""

    def __init__(self, contents: Contents, endings: tuple[str, ...]):
        self.contents, self.endings = contents, endings
        self.room = {"asked for": _Room(1 << 20, 16 << 20), "checkpoint": _Room(FILE_LIMIT_BYTES, 64 << 20),
                     "beside": _Room(1 << 20, 16 << 20)}
        self.spelling: dict[str, str] = {}      # every kept name by its lower case
        self.folders: set[str] = set()

    def wanted(self, name: str) -> bool:
        """Whether the course asks for a file of this name, in whatever folder."""
        return f"/{name}".replace("\\", "/").endswith(self.endings)

    def keep(self, entry: Entry) -> None:
        """Read an entry if its name and size allow it."""
        name = self._vetted(entry.name)
        if name is None or not self._has_place(name):
            return
        room = self.room["beside" if not self.wanted(name) else "checkpoint" if name.endswith(".pt") else "asked for"]
        most = min(room.file_bytes, room.total_bytes)
        if not room.files:
            return self.contents.remark(f"Only the first {_Room.files} files of a kind were kept; "
                                        "hand in nothing but your own files.")
        if entry.size > most:
            return self.contents.remark(f"{name!r} is too large and was left out.")
        try:
            data = entry.read(most + 1)
        except (OSError, *BROKEN) as error:
            return self.contents.remark(f"{name!r} cannot be read ({_reason(error)}) and was left out.")
        if len(data) > most:
            return self.contents.remark(f"{name!r} is too large and was left out.")
        room.total_bytes -= len(data)
        room.files -= 1
        self._put(name, data)

    def _put(self, name: str, data: bytes) -> None:
        earlier = self.spelling.get(name.lower())
        if earlier is not None:
            del self.contents.files[earlier]
        self.spelling[name.lower()] = name
        self.folders |= set(_parents(name))
        self.contents.files[name] = data

    def _has_place(self, name: str) -> bool:
        """Whether the name does not collide with one that was kept; a file that is there twice is taken as unpacking would."""
        earlier, remark = self.spelling.get(name.lower()), self.contents.remark
        if name in self.folders or any(parent in self.contents.files for parent in _parents(name)):
            remark(f"{name!r} is the name of a file and of a folder; one of them was left out.")
            return False
        if len(self.folders) + sum(parent not in self.folders for parent in _parents(name)) > FOLDERS_LIMIT:
            remark(f"{name!r} is in one folder too many and was left out.")
            return False
        if earlier == name:
            remark(f"{name!r} is there more than once; the last was taken.")
        elif earlier is not None:
            taken = name if self.wanted(name) and not self.wanted(earlier) else earlier
            remark(f"{name!r} and {earlier!r} differ only in upper and lower case; {taken!r} was taken.")
            return taken == name
        return True

    def _vetted(self, name: str) -> str | None:
        """A name that is safe to show and to write below a folder, or None."""
        path = PurePosixPath(name.replace("\\", "/"))
        odd = any(ord(char) < 32 or ord(char) == 127 or 0xD800 <= ord(char) < 0xE000 for char in name)
        leads_out = path.is_absolute() or ".." in path.parts or (path.parts and ":" in path.parts[0])
        if odd or leads_out or len(name.encode()) > NAME_LIMIT_BYTES or len(path.parts) > DEPTH_LIMIT:
            self.contents.remark(f"{name[:80]!r} is a name that leads out of the folder or cannot be used; it was left out.")
            return None
        if not path.parts or CLUTTER & set(path.parts) or path.name.startswith("._"):
            return None
        if path.name.lower().endswith((*ARCHIVES, *OTHER_ARCHIVES)):
            self.contents.remark(f"{name!r} is an archive inside the submission and is not opened; hand in the files themselves.")
        return path.as_posix() if path.suffix.lower() in KEPT_SUFFIXES else None


def _parents(name: str) -> list[str]:
    parts = name.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts))]


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error or type(error).__name__)[:200]
