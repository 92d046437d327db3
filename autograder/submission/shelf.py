"""Which files of a submission are kept, and how much of each kind."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from .entries import CLUTTER
from .members import Member
from .reading_faults import BROKEN, expect_no_fault_of_ours
from .names import is_archive, is_some_archive, meant

FILE_LIMIT_BYTES = 32 << 20  # one file: a checkpoint of a few million parameters
NAME_LIMIT_BYTES = 200  # one component of a path may have 255 bytes on the disk of a child
DEPTH_LIMIT = 12
FOLDERS_LIMIT = 1000  # together with the files' limits less than a child's disk has room for
REMARKS_LIMIT = 10
ARCHIVES_LIMIT = 10  # archives opened inside one folder
KEPT_SUFFIXES = {".py", ".pt", ".pth", ".ckpt", ".ipynb", ".cfg", ".json", ".toml", ".txt", ".csv", ".md", ".yaml", ".yml", ".ini"}


@dataclass
class Contents:
    """The files of a submission by relative path, and remarks on what was left out.

    `times` has for every file when it came and when it was last changed, as far as anybody can say; the first is the time of the archive
    that it was in. `archives` are the archives inside the submission, whose files stand below their names.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    times: dict[str, tuple[float, float]] = field(default_factory=dict)
    archives: list[str] = field(default_factory=list)

    def remark(self, text: str, first: bool = False) -> None:
        """Add a remark once; a million odd entries give ten, behind those that come `first`."""
        if text in self.remarks:
            return
        if first:
            self.remarks.insert(0, text)
            del self.remarks[REMARKS_LIMIT:]
        elif len(self.remarks) < REMARKS_LIMIT:
            self.remarks.append(text)


@dataclass
class _Room:
    """What may still be kept of one kind of file."""

    file_bytes: int
    total_bytes: int
    files: int = 500


class Shelf:
    """Keeps the files worth keeping, each kind up to its own limits.

    Args:
        contents: where they are put.
        declared: relative paths of the files that the course asks for.
    """

    def __init__(self, contents: Contents, declared: Iterable[str]):
        self.contents = contents
        self.endings = tuple(f"/{name}" for name in declared)
        self.bases = {ending.rpartition("/")[2].lower() for ending in self.endings}
        self.prefix = ""  # of the archive at hand, inside the submission
        self.arrived: float | None = None
        self.room = {
            "asked for": _Room(1 << 20, 16 << 20),
            "checkpoint": _Room(FILE_LIMIT_BYTES, 64 << 20),
            "beside": _Room(1 << 20, 16 << 20),
        }
        self.spelling: dict[str, str] = {}  # every kept name by its lower case
        self.folders: set[str] = set()

    def wanted(self, name: str) -> bool:
        """Whether the course asks for a file of this name, in whatever folder and as a browser may have changed it."""
        return meant(name.replace("\\", "/").rpartition("/")[2]) in self.bases

    def keep(self, entry: Member) -> None:
        """Read an entry if its name and size allow it."""
        name = self._vetted(entry.name)
        if name is None or PurePosixPath(name).suffix.lower() not in KEPT_SUFFIXES:
            return
        name = self.prefix + name
        if not self._has_place(name):
            return
        is_checkpoint = name.lower().endswith((".pt", ".pth", ".ckpt"))
        room = self.room["beside" if not self.wanted(name) else "checkpoint" if is_checkpoint else "asked for"]
        most = min(room.file_bytes, room.total_bytes)
        if not room.files:
            return self.contents.remark(
                f"Only the first {_Room.files} files of a kind were kept; hand in nothing but your own files."
            )
        if entry.size > most:
            return self.contents.remark(f"{name!r} is too large and was left out.")
        try:
            data = entry.read(most + 1)
        except (OSError, *BROKEN) as error:
            expect_no_fault_of_ours(error)
            return self.contents.remark(f"{name!r} cannot be read ({reason(error)}) and was left out.")
        if len(data) > most:
            return self.contents.remark(f"{name!r} is too large and was left out.")
        room.total_bytes -= len(data)
        room.files -= 1
        changed = entry.time if math.isfinite(entry.time) else 0.0
        self._put(name, data, changed)

    def archive(self, entry: Member) -> str | None:
        """The name of an entry that is an archive to be opened; another kind of archive gets a remark."""
        if not is_some_archive(entry.name):
            return None
        name = self._vetted(entry.name)
        if name is None or is_archive(name):
            return name
        self.contents.remark(
            f"{self.prefix + name!r} is neither a .zip nor a .tar.gz and is not opened; hand in the files themselves."
        )
        return None

    def bytes_of(self, name: str, entry: Member) -> bytes:
        """The content of an archive inside an archive; nothing, and a remark, where it cannot be read."""
        try:
            return entry.read(FILE_LIMIT_BYTES + 1)
        except (OSError, *BROKEN) as error:
            expect_no_fault_of_ours(error)
            self.contents.remark(f"{name!r} cannot be read ({reason(error)}) and was left out.")
            return b""

    def not_opened(self, name: str) -> None:
        """Remark on an archive inside that is one too many."""
        self.contents.remark(
            f"{self.prefix + name!r} is an archive inside the submission and is not opened; hand in the files themselves."
        )

    def _put(self, name: str, data: bytes, changed: float) -> None:
        earlier = self.spelling.get(name.lower())
        if earlier is not None:
            del self.contents.files[earlier], self.contents.times[earlier]
        self.spelling[name.lower()] = name
        self.folders |= set(_parents(name))
        self.contents.files[name] = data
        self.contents.times[name] = (changed if self.arrived is None else self.arrived, changed)

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
            taken = name if self._as_asked(name) and not self._as_asked(earlier) else earlier
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
        return path.as_posix()

    def _as_asked(self, name: str) -> bool:
        return f"/{name}".endswith(self.endings)


def _parents(name: str) -> list[str]:
    parts = name.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts))]


def reason(error: Exception) -> str:
    """Why something cannot be read, in words."""
    return str(getattr(error, "strerror", None) or error or type(error).__name__)[:200]
