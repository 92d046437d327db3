"""What is found while a folder of submissions is looked through: who handed in what, what is left out and why; nothing is lost."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ..sandbox.plain_text import one_line
from ..submission.entries import CLUTTER
from ..submission.names import is_some_archive, stem

SILENT = CLUTTER - {"venv", "node_modules"}  # nobody's submission, whatever it holds
# Tables and notes that instructors keep beside submissions; anything else may be somebody's work.
BESIDE = {".csv", ".tsv", ".xlsx", ".xls", ".ods", ".yml", ".yaml", ".json", ".md", ".log"}


class ClassError(ValueError):
    """A class cannot be graded as asked; the message is one sentence with the remedy."""


class Unaccounted(ClassError):
    """Something was seen and would neither be graded nor left out: a fault of the kit's, found before it costs anybody a mark."""


@dataclass(frozen=True)
class Attempt:
    """One of several times that somebody handed in: what the platform calls it, and when it was."""

    name: str
    handed_in: datetime | None = None


@dataclass(frozen=True)
class Found:
    """One submission as it was found: who, and where.

    `loose` are files and folders that belong together, by their own names, oldest first; `sources` is all that it was made of, as it stands
    in the class's folder; `note` is what the platform says, such as that it was late; `handed_in` is when, where the platform tells, with a
    zone where it tells that; `late` is what it says itself; `attempts` are what was handed in
    together, oldest first, where there are several.
    """

    student: str
    path: Path
    loose: tuple[tuple[str, Path], ...] = ()
    members: tuple[str, ...] = ()
    sources: tuple[Path, ...] = ()
    note: str = ""
    handed_in: datetime | None = None
    late: bool | None = None
    attempts: tuple[Attempt, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """Something that is not graded: what it is called, why, and whether it may be somebody's submission."""

    name: str
    why: str
    somebody: bool = True
    person: str = ""  # who it is, where that is known
    sources: tuple[Path, ...] = ()

    def __str__(self) -> str:
        return f"{self.name} {self.why}"


@dataclass
class Sorting:
    """Everything that stands in a class's folder, each in exactly one place."""

    seen: list[Path] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    aside: list[Path] = field(default_factory=list)  # what belongs to the platform and to nobody
    remarks: list[str] = field(default_factory=list)

    def remark(self, text: str) -> None:
        """Say something about what was found."""
        self.remarks.append(text)

    def leave_out(self, path: Path, why: str, somebody: bool = True) -> None:
        """Leave something out, by name."""
        self._add(LeftOut(one_line(path.name), why, somebody, "", (path,)))

    def nobody_graded(self, paths: tuple[Path, ...], who: str, why: str) -> None:
        """Leave a person out of whom nothing can be graded."""
        self._add(LeftOut(one_line(who), why, True, who, paths))

    def _add(self, item: LeftOut) -> None:
        self.left_out.append(item)
        self.remarks.append(str(item))

    def look_into(self, folder: Path) -> list[Path]:
        """Take what stands in a folder in the place of the folder itself."""
        inside = visible(folder)
        self.seen = [path for path in self.seen if path != folder] + inside
        return inside

    def plain(self, path: Path, but: str = "") -> None:
        """An entry that is a student's as it stands: a folder or an archive; else it is left out.

        Args:
            but: what is odd about it among the others, as a sentence that follows.
        """
        if path.is_symlink():
            self.leave_out(path, f"is a link and was left out; put the folder or archive itself there.{but}")
        elif path.name in CLUTTER:
            self.leave_out(path, f"is called like a folder of tools and was left out; give it another name.{but}")
        elif path.is_dir() or path.is_file() and is_some_archive(path.name):
            self.found.append(Found(path.name if path.is_dir() else stem(path.name), path, sources=(path,)))
            if but:
                self.remark(f"{one_line(path.name)} was taken for a submission as it stands.{but}")
        else:
            somebody = not path.is_file() or path.suffix.lower() not in BESIDE
            self.leave_out(path, f"is neither a folder nor an archive and was left out.{but}", somebody)

    def expect_all(self, out: Path | None) -> None:
        """Every thing that was seen is one submission's, or left out, or the platform's; exactly once.

        Args:
            out: the folder of results, which nobody handed in.
        Raises:
            Unaccounted: it is not so.
        """
        times = Counter(self.aside)
        for sources in [entry.sources for entry in self.found] + [item.sources for item in self.left_out]:
            times.update(sources)
        seen = [path for path in self.seen if out is None or path.resolve() != out.resolve()]
        wrong = [path for path in seen if times[path] != 1] + [path for path in times if path not in set(seen)]
        if wrong:
            raise Unaccounted(
                f"{one_line(wrong[0].name)} would be graded {times[wrong[0]]} times and not once; nothing was graded. "
                "This is a fault of the kit: please report it; --layout may help."
            )


def visible(folder: Path) -> list[Path]:
    """What stands in a folder, without the leavings of operating systems, in a fixed order."""
    return sorted(path for path in folder.iterdir() if not path.name.startswith(".") and path.name not in SILENT)


def is_there(path: Path) -> bool:
    """Whether a file of the platform's is there; a link may lead anywhere."""
    return path.is_file() and not path.is_symlink()
