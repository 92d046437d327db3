"""Grades a class of an nbgrader course in parallel, then enters the marks where `nbgrader autograde` would have put them.

First the harness grades everybody who handed in, in many processes, and keeps each result as soon as it is there. Then nbgrader's own
converter, with the course's configuration, makes the `autograded` folders and enters the marks; it finds every result kept. Both
steps go on where they were stopped.
"""

import time
from dataclasses import dataclass, field
from pathlib import Path
from collections.abc import Iterable

from nbgrader.coursedir import CourseDirectory
from rich.console import Console
from rich.progress import track
from traitlets.config import Config

from ..classes.entries import ClassError, Entry, find_entries
from ..classes.fingerprint import entry_hash, kit_hash
from ..classes.run import grade_class, usable_jobs
from ..results.atomic import write_atomically
from .entering import enter_all
from .points import expect_points
from .gradebook import course_at, deadlines, strangers
from .graded_once import is_nbgraders, results_folder, student_of
from .sources import wanted_problems

STRANGERS = "not_on_roster.json"  # below an assignment's results: whom nbgrader entered without knowing them
ENTERED = "entered"  # below an assignment's results: one file a student, whose content says what has been entered


@dataclass
class Outcome:
    """What a run did."""

    students: list[str] = field(default_factory=list)
    entered: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)  # with the reason
    not_graded: list[str] = field(default_factory=list)
    grading_s: float = 0.0
    entering_s: float = 0.0

    strangers: list[str] = field(default_factory=list)  # handed in, and are not on the roster

    def __str__(self) -> str:
        kept = len(self.students) - len(self.entered) - len(self.failed)
        words = f"{len(self.entered)} entered in the gradebook, {kept} were there already"
        if self.failed:
            words += f", {len(self.failed)} could not be entered"
        if self.strangers:
            words += f", {len(self.strangers)} not on the roster ({', '.join(self.strangers[:5])}{', ...' if len(self.strangers) > 5 else ''})"
        return f"{words} (grading {self.grading_s:.1f} s, entering {self.entering_s:.1f} s)."


def autograde_class(
    root: Path,
    assignment: str,
    jobs: int | None = None,
    students: Iterable[str] = (),
    force: bool = False,
    console: Console | None = None,
) -> Outcome:
    """Grade the submissions of an assignment and enter their marks.

    Args:
        root: the course directory.
        assignment: its name, a folder in `source`.
        jobs: processes; as many as processors when None.
        students: enter the marks of these only; of everybody when empty.
        force: make the `autograded` folders anew, also where nothing has changed.
        console: where progress is shown.
    Raises:
        ClassError: there is nothing to grade, or no such assignment.
        PoolFault: no grading process can start here.
        OSError: the disk is full; what was graded is kept.
    """
    console = console or Console()
    outcome, started = Outcome(), time.monotonic()
    with course_at(root) as (coursedir, config):
        submitted = Path(coursedir.format_path(coursedir.submitted_directory, "*", assignment)).parents[1]
        wanted, out = wanted_problems(coursedir, assignment), results_folder(Path(coursedir.root), assignment)
        expect_points(coursedir, config, assignment)
        if wanted:
            rows = grade_class(
                submitted,
                out,
                jobs=jobs,
                problems=wanted,
                assignment=assignment,
                layout="nbgrader",
                console=console,
                fewer_problems=True,  # the course's gradebook holds the marks
            )
            outcome.not_graded = [row.student for row in rows if not row.graded]
        outcome.grading_s = time.monotonic() - started
        stamps = Stamps(coursedir, config, assignment, submitted, wanted, out)
        listing = find_entries(submitted, assignment, layout="nbgrader")
        entries = {student_of(entry, submitted): entry for entry in listing.entries if is_nbgraders(entry)}
        if missing := sorted(set(students) - entries.keys()):
            raise ClassError(f"{missing[0]} has not handed in {assignment}.")
        outcome.students = sorted(students) or sorted(entries)
        outcome.strangers = strangers(coursedir, outcome.students, out / STRANGERS)
        todo = [student for student in outcome.students if force or not stamps.holds(student, entries[student])]
    for student, trouble in track(
        enter_all(root, assignment, todo, usable_jobs(jobs, len(todo))),
        "Entering marks",
        len(todo),
        console=console,
        transient=True,
    ):
        if trouble:
            outcome.failed[student] = trouble
            console.print(f"{student}: {trouble}", markup=False, highlight=False)
        else:
            stamps.set(student, entries[student])
            outcome.entered.append(student)
    outcome.entering_s = time.monotonic() - started - outcome.grading_s
    return outcome


@dataclass
class Stamps:
    """What has been entered already, one small file a student, so that a run can go on."""

    coursedir: CourseDirectory
    config: Config
    assignment: str
    submitted: Path
    wanted: tuple[str, ...]
    out: Path

    def __post_init__(self) -> None:
        self.folder, self.kit = self.out / ENTERED, kit_hash()
        self.folder.mkdir(parents=True, exist_ok=True)
        source = Path(self.coursedir.format_path(self.coursedir.source_directory, ".", self.assignment))
        notebooks = sorted((path.name, path.stat().st_mtime_ns) for path in source.glob("*.ipynb"))
        settings = self.config.get("HarnessMarks", {}), self.config.get("RunConfined", {}), self.coursedir.db_url
        late = sorted(
            (name, repr(self.config[name])) for name in self.config if "Late" in name or "Penalt" in name or "Plugin" in name
        )
        self.about = f"{notebooks} {settings} {late}"
        self.due = deadlines(self.coursedir, self.assignment)

    def content(self, entry: Entry) -> str:
        """Everything that the entered marks of a submission depend on."""
        result = self.out / "records" / f"{entry.student}.json"
        graded = result.stat().st_mtime_ns if result.is_file() else 0
        return f"{entry_hash(entry)} {self.kit} {self.wanted} {graded} {self.about} {self.due.get(student_of(entry, self.submitted), self.due[''])}"

    def holds(self, student: str, entry: Entry) -> bool:
        """Whether a student's marks are entered and nothing has changed since."""
        stamp = self.folder / entry.student
        folder = Path(self.coursedir.format_path(self.coursedir.autograded_directory, student, self.assignment))
        return stamp.is_file() and folder.is_dir() and stamp.read_text(encoding="utf-8") == self.content(entry)

    def set(self, student: str, entry: Entry) -> None:
        """Note that a student's marks are entered."""
        write_atomically(self.folder / entry.student, self.content(entry))
