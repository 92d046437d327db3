"""The files of a class run: `records/STUDENT.json`, what is rendered from each, `grades.csv`, `run.json`.

Each is written in one step. The record is the truth: it is written last, so where it stands, everything of that student stands,
and whatever else is missing is rendered from it again.
"""

import contextlib
import json
import os
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from collections.abc import Iterable, Iterator

from ..decisions.marks import ClassMarks
from ..results.atomic import write_atomically
from ..results import stored
from ..results.record import SubmissionResult
from ..results.renderers import RENDERERS, rendered
from ..results.statuses import STATUSES, urgency
from ..sandbox.plain_text import one_line
from . import grades
from .entries import ClassError, Entry, LeftOut
from .roll import Absent
from .unit import Report


WAITING = "earlier result, to be graded again"
POLL = 0.05  # seconds between two looks at the lock


class Busy(ClassError):
    """Another command is writing into the folder."""


@dataclass(frozen=True)
class Graded:
    """One student's line: the figures of a record, without its texts."""

    student: str
    score: float
    max_score: float
    problems: dict[str, tuple[float | None, float, str]]  # points or None, most points, status
    seconds: float
    remarks: tuple[str, ...]
    file: Path
    isolation: str = "full"  # the level in words, with what is missing where it is a weaker one
    reason: str = ""  # why nothing could be graded, where that is the same everywhere
    waiting: bool = False  # to be graded again

    @property
    def graded(self) -> bool:
        """Whether everything could be graded."""
        return all(score is not None for score, _, _ in self.problems.values())

    @property
    def earned(self) -> grades.Earned:
        """The line without what only the run needs."""
        points = {name: score for name, (score, _, _) in self.problems.items()}
        return grades.Earned(points, self.score if self.graded else None, note_on(self))

    @property
    def result(self) -> SubmissionResult:
        """The whole record, read from its file.

        Raises:
            RecordError: somebody has changed the file.
        """
        return stored.read(self.file)


class Outputs:
    """The folder that a class run writes.

    Args:
        root: made when it is not there.
        patience: for how many seconds to wait for another command that is writing there.
    Raises:
        ClassError: another run is writing there.
        OSError: it cannot be made.
    """

    def __init__(self, root: Path, patience: float = 0.0):
        self.root, self.records, self.collected = root, root / "records", root / "collected"
        self.records.mkdir(parents=True, exist_ok=True)
        self.lock = open(root / ".lock", "ab")
        until = time.monotonic() + patience
        while not _lock(self.lock.fileno()):
            if time.monotonic() >= until:
                self.lock.close()
                raise Busy(f"another run is grading into {root}; wait for it, or choose another --out.")
            time.sleep(POLL)
        _sweep(root, self.records, *{(root / kind.place).parent for kind in RENDERERS.values()})

    def close(self) -> None:
        """Let other runs write here."""
        self.lock.close()

    def settings(self) -> dict:
        """What `run.json` says of the earlier run; empty when there was none."""
        return run_settings(self.root)

    def students(self) -> list[str]:
        """Everybody of whom there is a result, from whatever run."""
        return sorted(path.stem for path in self.records.glob("*.json") if not path.name.startswith("."))

    def write_settings(self, settings: dict) -> None:
        """Write `run.json`."""
        write_atomically(self.root / "run.json", json.dumps(settings, indent=1) + "\n")

    def earlier(self, entry: Entry, renderers: tuple[str, ...] = ()) -> tuple[str, Graded] | None:
        """The result of an earlier run with its fingerprint, if it can be read.

        Args:
            renderers: what is to be made of it; what is missing is made now.
        Raises:
            OSError: the disk is full.
        """
        result = self.result(entry)
        if result is None:
            return None
        lost = [name for name in renderers if not (self.root / RENDERERS[name].place.format(entry.student)).exists()]
        self._write(rendered(result, lost))
        return result.fingerprint, line_of(entry.student, result, self._record(entry))

    def result(self, entry: Entry) -> SubmissionResult | None:
        """The record of an earlier run, if there is one that can be read."""
        try:
            return stored.read(self._record(entry))
        except stored.RecordError:
            return None

    def waiting(self, entry: Entry) -> Graded | None:
        """The line of an earlier result that is to be graded again, if there is one that can be read."""
        result = self.result(entry)
        return None if result is None else replace(line_of(entry.student, result, self._record(entry)), waiting=True)

    def write_changes(self, text: str, page: str) -> None:
        """Write `changes.csv` and `changes.html`: whose marks are other ones than before this run."""
        write_atomically(self.root / "changes.csv", text)
        write_atomically(self.root / "changes.html", page)

    def store(self, entry: Entry, report: Report, fingerprint: str, conditions: str = "") -> Graded:
        """Write a student's files.

        Args:
            fingerprint, conditions: what the result depends on, with and without the submission.
        Raises:
            OSError: the disk is full; then the earlier files still stand.
        """
        report.result.fingerprint, report.result.conditions = fingerprint, conditions
        self._write(report.files)
        write_atomically(self._record(entry), stored.to_json(report.result))
        return line_of(entry.student, report.result, self._record(entry))

    def _record(self, entry: Entry) -> Path:
        return self.records / f"{entry.student}.json"

    def _write(self, files: dict[str, str]) -> None:
        for place, text in files.items():
            (self.root / place).parent.mkdir(exist_ok=True)
            write_atomically(self.root / place, text)

    def forget(self, student: str) -> None:
        """Remove a result that counts no more."""
        for place in (f"records/{student}.json", *(kind.place.format(student) for kind in RENDERERS.values())):
            (self.root / place).unlink(missing_ok=True)

    def write_grades(
        self,
        rows: list[Graded],
        seats: Iterable[grades.Row],
        problems: tuple[str, ...],
        left_out: Iterable[LeftOut | Absent] = (),
        decided: ClassMarks | None = None,
    ) -> list[str]:
        """Write `grades.csv`, and `adjustments.csv` where a mark is not what was earned: blank where something is not graded.

        Returns: what is to be said, of a table that somebody has changed.
        """
        seats = list(seats)
        absent = [(item.person, item.why) for item in left_out if item.person]
        earned = {row.student: row.earned for row in rows}
        text = grades.table(earned, seats, problems, absent, decided)
        said = grades.write_keeping_edits(self.root, text)
        place = self.root / "adjustments.csv"
        if decided and any(held.adjustments for held in decided.marks.values()):
            write_atomically(place, grades.adjustments(seats, decided))
        else:
            place.unlink(missing_ok=True)
        return [said] if said else []


def run_settings(out: Path) -> dict:
    """What `run.json` says of the last run into a folder; empty when there was none."""
    return _read_json(out / "run.json") or {}


def note_on(row: Graded) -> str:
    """What `grades.csv` says beside the numbers: what is not graded, crashed, ran out of time, or was not there at all."""
    words = [WAITING] if row.waiting else []
    if row.problems and all(found == "missing" for _, _, found in row.problems.values()):
        return "; ".join([*words, "missing: everything", *([row.reason] if row.reason else [])])
    for status in sorted((name for name in STATUSES if STATUSES[name].noted), key=urgency):
        names = [name for name, (_, _, found) in row.problems.items() if found == status]
        if names:
            words.append(f"{status}: {', '.join(names) if len(names) < len(row.problems) else 'everything'}")
    return "; ".join(words)


def line_of(student: str, result: SubmissionResult, file: Path) -> Graded:
    """A record's line."""
    found = {
        problem.problem.id: (problem.score if problem.graded else None, problem.max_score, problem.status)
        for problem in result.problems
    }
    return Graded(
        student,
        result.score,
        result.max_score,
        found,
        result.seconds,
        tuple(result.remarks),
        file,
        result.isolation,
        _one_reason(result),
    )


def _one_reason(result: SubmissionResult) -> str:
    said = {check.message for problem in result.problems for check in problem.checks}
    return one_line(said.pop()) if len(said) == 1 else ""


def _read_json(path: Path) -> dict | None:
    with contextlib.suppress(OSError, ValueError):
        content = json.loads(path.read_text(encoding="utf-8"))
        return content if isinstance(content, dict) else None
    return None


def _lock(descriptor: int) -> bool:
    """Whether this process is now the only one that writes; the system lets go of the lock when it dies."""
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # some network file systems have no locks
    return True


def _sweep(*folders: Path) -> None:
    """Remove the half-written files of a run that was killed."""
    for folder in folders:
        for path in _half_written(folder):
            with contextlib.suppress(OSError):
                path.unlink()


def _half_written(folder: Path) -> Iterator[Path]:
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as found:
        for entry in found:
            name = entry.name
            ours = any(f"{suffix}." in name for suffix in (".json", ".html", ".csv", ".md"))
            if name.startswith(".") and ours and entry.is_file():
                yield Path(entry.path)
