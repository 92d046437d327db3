"""`autograder nbgrader update COURSE`: a course brought up to the kit, without losing edits, grades or decisions.

First everything is planned and can be shown; then files and notebooks are written, each in one step, and the gradebook follows. What
somebody has edited stays, and the kit's version is put below `.autograder/kit/` to look at. No row of the gradebook is ever removed.
"""

from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

from ..build.tree import planned
from ..classes.entries import ClassError
from ..course import Part, parts, problems
from ..results.atomic import write_atomically
from .as_made import AsMade, as_made, digest, read_made, write_made
from .gradebook import course_at, enter_cells, enter_students, other_points, students_in
from .initialise import CONFIG, source_files
from .merge import merged
from .notebook import build_notebook
from .points import own_points
from .rubrics import rubric_page
from .students import read_students

THEIRS = Path(".autograder") / "kit"  # the kit's versions of what stays as somebody has edited it


@dataclass
class Update:
    """What an update writes and says, by assignment."""

    root: Path
    writes: dict[Path, bytes] = field(default_factory=dict)
    removes: list[Path] = field(default_factory=list)
    made: dict[str, AsMade] = field(default_factory=dict)
    entered: list[str] = field(default_factory=list)  # assignments whose cells go into the gradebook
    students: dict[str, dict[str, str]] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # what is not done, and why

    @property
    def needed(self) -> bool:
        """Whether there is anything to write, be it only the kit's version of what stays."""
        return bool(self.changes or self.writes)


def plan_update(root: Path, roster: Path | None = None, wanted: tuple[str, ...] = (), take_kit: bool = False) -> Update:
    """What has to be done, without doing it.

    Args:
        root: the course directory.
        roster: the students as they are now.
        wanted: problems that the course is to give besides those that it has.
        take_kit: also replace what somebody may have edited; the old version is kept.
    Raises:
        ClassError: there is no course.
        BuildError, StoryError, RosterError: a source is wrong.
    """
    if not (root / CONFIG).is_file():
        raise ClassError(f"{root} holds no course of nbgrader's; make one with `autograder nbgrader init`.")
    update, known = Update(root), read_made(root)
    files = planned()
    for part in parts():
        if (root / "source" / part.id).is_dir():
            _plan_part(part, update, known.get(part.id), files, wanted, take_kit)
    update.made = known | update.made
    if roster:
        _plan_roster(update, read_students(roster))
    return update


def _plan_part(
    part: Part, update: Update, known: AsMade | None, files: dict[str, bytes], wanted: tuple[str, ...], take_kit: bool
) -> None:
    folder = update.root / "source" / part.id
    path = folder / f"{part.id}.ipynb"
    if not path.is_file():
        update.kept.append(f"{part.id}: there is no notebook {path.name}; nothing is done for this part.")
        return
    course = _read(path)
    names = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in course.cells}
    whole = known is not None and known.whole
    given = tuple(problem.id for problem in part.problems if whole or problem.id in names or problem.id in wanted)
    for problem in part.problems:
        if problem.id not in given:
            update.kept.append(f"{part.id}: {problem.id} is not given in this course; --problem {problem.id} adds it.")
    kit = build_notebook(part, given)
    with course_at(update.root) as (_, config):
        own = own_points(config)
    found, changes, kept = merged(kit, course, known.cells if known else None, take_kit, own)
    update.changes += [f"{part.id}: {words}" for words in changes]
    update.kept += [f"{part.id}: {words}." for words in kept]
    if changes:
        _write(update, path, nbformat.writes(found).encode() + b"\n", keep=take_kit)
    theirs, content = update.root / THEIRS / part.id / path.name, nbformat.writes(kit).encode() + b"\n"
    if kept and not (theirs.is_file() and theirs.read_bytes() == content):  # else there would be something to write for ever
        update.writes[theirs] = content
    ours = source_files(part.id, files)
    for name, content in sorted(ours.items()):
        _plan_file(part.id, folder / name, name, content, known, update, take_kit)
    for name in sorted(set(known.files if known else ()) - set(ours)):
        if (folder / name).is_file() and digest((folder / name).read_bytes()) == known.files[name]:  # type: ignore[union-attr]
            update.removes.append(folder / name)
            update.changes.append(f"{part.id}: no longer there: {name}")
    page = rubric_page(part).encode()
    rubrics = update.root / "rubrics" / f"{part.id}.md"
    if page and (not rubrics.is_file() or rubrics.read_bytes() != page):
        _write(update, rubrics, page, keep=True)
        update.changes.append(f"{part.id}: rubrics")
    update.made[part.id] = as_made(ours, kit, whole)
    _plan_gradebook(part, update, bool(changes), own)


def _read(path: Path) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except OSError:
        raise
    except Exception as error:  # nbformat says of a damaged file whatever comes of it
        raise ClassError(f"{path} is no notebook ({type(error).__name__}); put a copy in its place, nothing was written.") from None


def _plan_file(part: str, path: Path, name: str, content: bytes, known: AsMade | None, update: Update, take_kit: bool) -> None:
    if not path.is_file():
        update.writes[path] = content
        update.changes.append(f"{part}: new file {name}")
        return
    there = path.read_bytes()
    if there == content:
        return
    before = known.files.get(name) if known else None
    if before == digest(there) or take_kit:
        _write(update, path, content, keep=before != digest(there))
        update.changes.append(f"{part}: file {name}")
    elif before != digest(content):
        update.writes[update.root / THEIRS / part / name] = content
        update.kept.append(f"{part}: {name} has been edited, or was made by an earlier kit, and stays; the kit's is in {THEIRS}.")


def _plan_gradebook(part: Part, update: Update, changed: bool, own: bool) -> None:
    """The gradebook also follows where the notebook is right already: somebody may have changed only that."""
    with course_at(update.root) as (coursedir, _):
        other = {} if own else other_points(coursedir, part.id)
    for name, (book, kit) in other.items():
        if not any(words.startswith(f"{part.id}: points: {problems()[name].number} ") for words in update.changes):
            update.changes.append(f"{part.id}: points in the gradebook: {problems()[name].title}, {book:g} -> {kit:g}")
    if changed or other:
        update.entered.append(part.id)


def _plan_roster(update: Update, students: dict[str, dict[str, str]]) -> None:
    with course_at(update.root) as (coursedir, _):
        there = students_in(coursedir)
    new = [name for name in students if name not in there]
    other = [name for name, about in students.items() if name in there and any(there[name].get(key) != about[key] for key in about)]
    gone = sorted(set(there) - set(students))
    update.students = {name: students[name] for name in (*new, *other)}
    update.changes += [f"roster: new {name}" for name in new] + [f"roster: {name} is called otherwise" for name in other]
    if gone:
        update.kept.append(f"{len(gone)} in the gradebook are not on the roster and stay, with their marks: {', '.join(gone[:8])}.")


def _write(update: Update, path: Path, content: bytes, keep: bool) -> None:
    """Plan to replace a file; the one that is there is kept where somebody may have worked on it."""
    if keep and path.is_file():
        update.writes[path.with_name(f"{path.name}.before-update")] = path.read_bytes()
    update.writes[path] = content


def carry_out(update: Update) -> None:
    """Write everything that was planned; the gradebook last.

    Raises:
        OSError: a file cannot be written; the same command goes on from there.
    """
    for path, content in update.writes.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)
    for path in update.removes:
        path.unlink(missing_ok=True)
    with course_at(update.root) as (coursedir, config):
        enter_students(coursedir, update.students)
        for name in update.entered:
            enter_cells(coursedir, config, name)
    write_made(update.root, update.made)
