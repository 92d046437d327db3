"""Which entries of a folder are submissions, and whose.

One folder or archive is one student, or the folder is what a course platform exports, see `platforms.py`. Whatever stands there is graded
or left out by name: `Sorting.expect_all` proves it for every run.
"""

import os
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..course import ASSIGNMENT, parts
from ..sandbox.plain_text import one_line
from ..submission.names import is_archive, stem, without_copy_mark
from .names import distinct_names
from .sorting import ClassError, Found, LeftOut, Sorting, visible

__all__ = ["ClassError", "Entry", "Found", "LeftOut", "Listing", "find_entries", "visible"]

OUTPUTS = ("results", "feedback", "run.json", "journal.jsonl")


@dataclass(frozen=True)
class Entry(Found):
    """A submission with a name of its own that is safe as a file name.

    `called` is what the folder or the platform calls the student, where nobody else is called so; `attempt` is which of several hand-ins
    somebody has chosen.
    """

    called: str = ""
    attempt: str = ""

    def choose(self, name: str) -> "Entry":
        """The entry with nothing but one of its attempts; itself where there is no such attempt."""
        when = next((one.handed_in for one in self.attempts if one.name == name), None)
        held = tuple((inner.removeprefix(f"{name}/"), path) for inner, path in self.loose if inner.startswith(f"{name}/"))
        return replace(self, loose=held, handed_in=when, attempt=name) if held else self

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
    """The submissions of a class in order of their names, what was left out, and remarks on both."""

    entries: list[Entry] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    layout: str = ""


def find_entries(folder: Path, assignment: str = "", leave_out: Path | None = None, layout: str = "") -> Listing:
    """The submissions in a folder.

    Args:
        folder: holds one folder or archive a student, or is what a course platform made.
        assignment: which one, where an nbgrader tree holds several.
        leave_out: a folder that is not a submission, such as the results of an earlier run.
        layout: its name, one of `platforms.LAYOUTS`; when empty it is recognised by most of what is there.
    Raises:
        ClassError: there is nothing to grade, or it is not clear what.
    """
    from . import platforms

    if not folder.is_dir():
        what = "is not a folder; unpack it first" if folder.exists() else "does not exist"
        raise ClassError(f"{folder} {what}; give the folder that holds one entry a student.")
    inside, hidden = visible(folder), _hidden(folder)
    sorting = Sorting([*inside, *hidden])
    for path in hidden:
        sorting.leave_out(path, "is hidden and was left out; give it a name without a leading dot.")
    inside = [path for path in inside if not _is_output(path, leave_out, sorting)]
    if not layout:
        _refuse_single_submission(folder, inside)
    recognised = platforms.sort(folder, inside, assignment, layout, sorting)
    if recognised == platforms.FOLDERS:
        _refuse_inside_entry(folder, leave_out)
    if not sorting.found:
        raise ClassError(f"{folder} holds no submission; give the folder that holds one folder, .zip or .tar.gz a student.")
    sorting.expect_all(leave_out)
    entries = _named(sorting.found, sorting.remarks)
    return Listing(entries, sorting.remarks, sorting.left_out, recognised)


def _named(found: list[Found], remarks: list[str]) -> list[Entry]:
    """The submissions in order of names of their own; whoever is there more than once gets a remark."""
    names = distinct_names([(entry.student, entry.path.name) for entry in found])
    called = [one_line(entry.student.encode("utf-8", "replace").decode("utf-8")) for entry in found]
    times, alike = Counter(called), Counter(entry.student for entry in found)
    for name in sorted(name for name in alike if alike[name] > 1):
        places = ", ".join(one_line(entry.path.name) for entry in found if entry.student == name)
        remarks.append(f"{one_line(name)} is there {alike[name]} times ({places}), each with a row; remove what does not count.")
    copies = defaultdict(set)
    for name in called:
        copies[without_copy_mark(name)].add(name)
    for own, likely in sorted((own, sorted(names)) for own, names in copies.items()):
        if len(likely) > 1 and any(name.lower() != own for name in likely):
            remarks.append(
                f"{' and '.join(likely)} may be one person, each with a row; remove what does not count, or say it with `decide OUT choose`."
            )
    entries = [
        Entry(**(vars(entry) | {"student": own}), called=name if times[name] == 1 else "")
        for own, name, entry in zip(names, called, found)
    ]
    return sorted(entries, key=lambda entry: entry.student)


def _is_output(path: Path, out: Path | None, sorting: Sorting) -> bool:
    """Whether these are the results of this run or of another, and no submission."""
    if out is not None and path.resolve() == out.resolve():
        return True
    another = all(os.path.exists(path / name) for name in OUTPUTS)
    if another:
        sorting.leave_out(path, "holds the results of another run and was left out.")
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
        and path.name not in {".git", ".ipynb_checkpoints", ".pytest_cache", ".venv", ".Trashes", ".Spotlight-V100"}
        and (path.is_dir() or is_archive(path.name))
    )


def _refuse_single_submission(folder: Path, inside: list[Path]) -> None:
    """One submission in the place of a class: a file that is asked for is there, and most of what is there is the assignment's."""
    asked = {name for part in parts() for name in (*part.files, *(f"{part.id}/{file}" for file in part.files))}
    if not any((folder / name).is_file() for name in asked):
        return
    ours = {name.split("/")[0] for name in asked} | {path.name for path in _assignment()}
    if 2 * sum(path.name in ours for path in inside) > len(inside):
        raise ClassError(
            f"{folder} looks like one submission, not a class; grade it with "
            f"`pytest autograder --submission {folder}`, or give the folder that holds one entry a student."
        )


def _assignment() -> list[Path]:
    """What stands at the top of the assignment and of its parts."""
    return [*ASSIGNMENT.glob("*"), *ASSIGNMENT.glob("*/*")]
