"""Which entries of a folder are submissions, and whose.

One folder or archive is one student, or the folder is what a course platform exports, see `platforms.py`.
"""

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from ..course import parts
from ..sandbox.plain_text import one_line
from ..submission.entries import CLUTTER
from ..submission.names import ARCHIVES, OTHER_ARCHIVES
from .names import distinct_names

WORK = {".py", ".ipynb", ".pt"}  # a report may stand beside the archive that is graded, and these may not
OUTPUTS = ("results", "feedback", "run.json", "journal.jsonl")


class ClassError(ValueError):
    """A class cannot be graded as asked; the message is one sentence with the remedy."""


@dataclass(frozen=True)
class Found:
    """One submission as it was found: who, and where.

    `loose` are single files that belong together, by their own names.
    """

    student: str
    path: Path
    loose: tuple[tuple[str, Path], ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry(Found):
    """A submission with a name of its own that is safe as a file name.

    `called` is what the folder or the platform calls the student, where nobody else is called so.
    """

    called: str = ""

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who gets this result, as the platform knows them: the members of a group, or the one student."""
        return self.members or (self.called or self.student,)

    @property
    def names(self) -> tuple[str, ...]:
        """By what a person may call it."""
        return self.student, self.called, *self.members

    @property
    def places(self) -> tuple[str, ...]:
        """The name of the folder or archive, also without its ending."""
        return self.path.name, stem(self.path.name)


@dataclass
class Listing:
    """The submissions of a class in order of their names, and remarks on what was left out."""

    entries: list[Entry] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def find_entries(folder: Path, assignment: str = "", leave_out: Path | None = None) -> Listing:
    """The submissions in a folder.

    Args:
        folder: holds one folder or archive a student, or is what nbgrader, Gradescope, Moodle or Canvas made.
        assignment: which one, where an nbgrader tree holds several.
        leave_out: a folder that is not a submission, such as the results of an earlier run.
    Raises:
        ClassError: there is nothing to grade, or it is not clear what.
    """
    from . import platforms

    if not folder.is_dir():
        what = "is not a folder; unpack it first" if folder.exists() else "does not exist"
        raise ClassError(f"{folder} {what}; give the folder that holds one entry a student.")
    remarks: list[str] = []
    remarks += [
        f"{one_line(path.name)} is hidden and was left out; give it a name without a leading dot."
        for path in _hidden(folder)
    ]
    inside = [path for path in visible(folder) if not _is_output(path, leave_out, remarks)]
    _refuse_single_submission(folder)
    found = platforms.recognise(folder, inside, assignment, remarks)
    if found is None:
        _refuse_inside_entry(folder, leave_out)
        found = [entry for path in inside if (entry := _plain(path, remarks))]
    if not found:
        raise ClassError(
            f"{folder} holds no submission; give the folder that holds one folder, .zip or .tar.gz a student."
        )
    return Listing(_named(found, remarks), remarks)


def _named(found: list[Found], remarks: list[str]) -> list[Entry]:
    """The submissions in order of names of their own; whoever is there more than once gets a remark."""
    names = distinct_names([(entry.student, entry.path.name) for entry in found])
    called = [one_line(entry.student.encode("utf-8", "replace").decode("utf-8")) for entry in found]
    times, alike = Counter(called), Counter(entry.student for entry in found)
    for name in sorted(name for name in alike if alike[name] > 1):
        places = ", ".join(one_line(entry.path.name) for entry in found if entry.student == name)
        remarks.append(
            f"{one_line(name)} is there {alike[name]} times ({places}), each with a row; remove what does not count."
        )
    entries = [
        Entry(own, entry.path, entry.loose, entry.members, name if times[name] == 1 else "")
        for own, name, entry in zip(names, called, found)
    ]
    return sorted(entries, key=lambda entry: entry.student)


def visible(folder: Path) -> list[Path]:
    """What stands in a folder, without the leavings of operating systems, in a fixed order."""
    return sorted(path for path in folder.iterdir() if not path.name.startswith(".") and path.name not in CLUTTER)


def _is_output(path: Path, out: Path | None, remarks: list[str]) -> bool:
    """Whether these are the results of this run or of another, and no submission."""
    if out is not None and path.resolve() == out.resolve():
        return True
    another = all(os.path.exists(path / name) for name in OUTPUTS)
    if another:
        remarks.append(f"{one_line(path.name)} holds the results of another run and was left out.")
    return another


def _refuse_inside_entry(folder: Path, out: Path | None) -> None:
    if out is not None and folder.resolve() in out.resolve().parents[1:]:
        raise ClassError(f"--out {out} is inside what counts as a student in {folder}; choose a folder outside of it.")


def _hidden(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if path.name.startswith(".")
        and not path.name.startswith("._")  # macOS's shadow of another file
        and path.name not in CLUTTER
        and (path.is_dir() or path.name.lower().endswith(ARCHIVES))
    )


def stem(name: str) -> str:
    """A file name without the ending of an archive."""
    ending = next((ending for ending in ARCHIVES + OTHER_ARCHIVES if name.lower().endswith(ending)), "")
    return name[: len(name) - len(ending)] or name


def inner(folder: Path, remarks: list[str]) -> Path:
    """The archive in a folder that holds no work beside it, or the folder itself; of several archives the newest."""
    try:
        held = visible(folder)
    except OSError:
        return folder  # which is said of this student alone, when it is to be graded
    archives = [
        path for path in held if path.is_file() and not path.is_symlink() and path.name.lower().endswith(ARCHIVES)
    ]
    beside = [path for path in held if path not in archives]
    if not archives or any(path.is_dir() or path.suffix.lower() in WORK for path in beside):
        return folder
    newest = max(archives, key=lambda path: (path.stat().st_mtime, path.name))
    if len(archives) > 1:
        remarks.append(
            f"{one_line(folder.name)} holds {len(archives)} archives; the newest, {one_line(newest.name)}, is graded."
        )
    return newest


def _plain(path: Path, remarks: list[str]) -> Found | None:
    if path.is_symlink():
        remarks.append(f"{one_line(path.name)} is a link and was left out; put the folder or archive itself there.")
    elif path.is_dir():
        return Found(path.name, inner(path, remarks))
    elif path.is_file() and path.name.lower().endswith(ARCHIVES + OTHER_ARCHIVES):
        return Found(stem(path.name), path)
    else:
        remarks.append(f"{one_line(path.name)} is neither a folder nor an archive and was left out.")
    return None


def _refuse_single_submission(folder: Path) -> None:
    for part in parts():
        for name in part.files:
            if "/" in name and (folder / name).is_file() or (folder / part.id / name).is_file():
                raise ClassError(
                    f"{folder} looks like one submission, not a class; grade it with "
                    f"`pytest autograder --submission {folder}`, or give the folder that holds one entry a student."
                )
