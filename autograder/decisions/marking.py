"""Decisions applied to a class run: read before anything is graded, written into `grades.csv`, pages and summary at its end."""

import contextlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from ..classes.outputs import Busy, Graded, Outputs, line_of, run_settings
from ..classes.roll import Roll, read_roll
from ..classes.sorting import ClassError
from ..results.atomic import write_atomically
from ..results.record import SubmissionResult
from ..results.renderers import RENDERERS, rendered
from ..course import parts
from . import deadlines as due
from . import file
from .class_marks import class_marks, known_in, names_shown, record_in, shown
from .final import Numbered
from .kinds import Choose, Exempt
from .known import DecisionError
from .marks import ClassMarks, FinalMarks, Late
from .said import Said, said_of
from .times import class_lateness

SHOWN = "decided.json"  # whose pages say something of decisions or lateness
PATIENCE = 10.0  # seconds that a decision waits for another one


class Marking:
    """What is decided about one class run.

    Args:
        out: the folder of the run.
        roll: who is in the class.
        problems: of the run; those of `run.json` when None.
        deadlines: the file that `--deadlines` names; that of the last run when None.
    Raises:
        DecisionError: the decisions or the deadlines are not as they should be, or name somebody or something that is not there.
    """

    def __init__(self, out: Path, roll: Roll, problems: Sequence[str] | None = None, deadlines: Path | None = None):
        self.out, self.roll, settings = out, roll, run_settings(out)
        self.problems = tuple(settings.get("problems", ()) if problems is None else problems)
        self.path = out / file.NAME
        self.known = known_in(out, roll, self.problems)
        self.decisions: list[Numbered] = file.resolved(file.read(self.path), self.known, self.path)
        asked = deadlines or (Path(settings["deadlines"]) if settings.get("deadlines") else None)
        self.deadlines = asked  # what was asked for, not what was found: a file in OUT or beside the course may come later
        self.late = self._lateness()
        self.marks, self.remarks = ClassMarks(), list[str]()
        self._lines: dict[str, Graded] = {}

    @property
    def has_something(self) -> bool:
        """Whether final marks can differ from what was earned."""
        return bool(self.decisions or self.late)

    @property
    def attempts(self) -> dict[str, str]:
        """Which of several hand-ins somebody has chosen, by student."""
        return {one.student: one.entry for _, one in self.decisions if isinstance(one, Choose)}

    @property
    def said(self) -> Said | None:
        """What the summary says; None where there is nothing to say."""
        called = names_shown(self.roll)
        return said_of(self.marks, [(number, shown(one, called)) for number, one in self.decisions]) if self.has_something else None

    def take_marks(self) -> ClassMarks | None:
        """Compute the final marks of everybody who has a record that can be read; None where they are what was earned."""
        self._lines = {}
        if self.has_something:
            self.marks = class_marks(self.roll, self.record, self.decisions, self.late)
            self.remarks = [*self.marks.remarks]
        return self.marks if self.has_something else None

    def _lateness(self) -> dict[str, dict[str, Late]]:
        place = due.place_of(self.out, self.deadlines)
        if place is None:
            return {}
        late = due.read(place, tuple(part.id for part in parts()))
        mine = tuple(dict.fromkeys(self.known.parts.values()))
        return class_lateness(late, place, self.roll, mine, self.decisions) if set(mine) & late.due.keys() else {}

    def take_roll(self, roll: Roll) -> None:
        """Go by a class in which hand-ins are chosen, or times are others."""
        self.roll = roll
        self.late = self._lateness()

    def record(self, student: str) -> SubmissionResult | None:
        """A student's record, None where there is none that can be read; its line is kept, the record itself would be too much of a class."""
        result = record_in(self.out, student)
        if result is not None:
            self._lines[student] = line_of(student, result, self.out / "records" / f"{student}.json")
        return result

    def counted(self, rows: Iterable[Graded]) -> list[Graded]:
        """The rows that count, under the names of those for whom they count."""
        marks = self.marks
        held = {row.student: row for row in rows}
        found = []
        for row in held.values():
            if row.student not in marks.merged:
                chosen = marks.chosen.get(row.student, row.student)
                found.append(replace(held.get(chosen) or self._row(chosen) or row, student=row.student))
        return sorted(found, key=lambda row: row.student)

    def rows(self) -> list[Graded]:
        """A row of everybody in the class of whom there is a record."""
        return [row for seat in self.roll.seats if (row := self._row(seat.student))]

    def _row(self, student: str) -> Graded | None:
        return self._lines.get(student) or (self._lines[student] if self.record(student) else None)

    def write_pages(self) -> int:
        """Write the pages of everybody about whom something is decided, or was; how many.

        Raises:
            OSError: the disk is full.
        """
        before, marks = _shown(self.out / SHOWN), self.marks
        now = {student for student, held in marks.marks.items() if held.touched}
        written = 0
        for student in sorted(before | now):
            result = self.record(marks.chosen.get(student, student))
            if result is not None:
                self._write(student, result, marks.marks.get(student) if student in now else None)
                written += 1
        if now or before:
            write_atomically(self.out / SHOWN, json.dumps(sorted(now)) + "\n")
        return written

    def _write(self, student: str, result: SubmissionResult, final: FinalMarks | None) -> None:
        result.name = student
        there = [name for name, kind in RENDERERS.items() if (self.out / kind.place.format(student)).exists()]
        for place, text in rendered(result, there, final).items():
            write_atomically(self.out / place, text)


def with_checks(marking: Marking) -> dict[str, dict[str, str]]:
    """Every check that a record of the class has, by problem, with its title."""
    found: dict[str, dict[str, str]] = {}
    for seat in marking.roll.seats:
        result = marking.record(seat.student)
        for problem in result.problems if result else ():
            for check in problem.checks:
                if check.name != "grading":
                    found.setdefault(problem.problem.id, {})[check.name] = check.title
    return found


@contextlib.contextmanager
def alone(out: Path) -> Iterator[Outputs]:
    """The folder of a run for one command only: two decisions at a time would each write what it has read, and one would be lost.

    Raises:
        ClassError: there are no results, or another command goes on writing there; then nothing is written.
        OSError: it cannot be written there.
    """
    read_roll(out)  # a folder without results is not made one
    try:
        outputs = Outputs(out, PATIENCE)
    except Busy:
        raise ClassError(
            f"another command is grading into {out}, or deciding there; nothing was written, wait for it and say it again."
        ) from None
    with contextlib.closing(outputs):
        yield outputs


def apply(outputs: Outputs) -> Marking:
    """Apply what is decided to the stored records: `grades.csv`, pages and summary are written again, nothing is graded.

    Args:
        outputs: of the run, which nobody else writes.
    Returns: what was read, with the marks and what is to be said.
    Raises:
        ClassError: the decisions or deadlines are not as they should be; then nothing is written.
        OSError: the disk is full.
    """
    roll = read_roll(outputs.root)
    marking = Marking(outputs.root, roll)
    decided, rows = marking.take_marks(), marking.rows()
    marking.remarks += outputs.write_grades(rows, roll.seats, marking.problems, roll.absent, decided)
    marking.write_pages()
    _write_summary(marking, rows)
    return marking


def _write_summary(marking: Marking, rows: list[Graded]) -> None:
    """The summary, where there is one."""
    path, settings = marking.out / "summary.html", run_settings(marking.out)
    if not path.exists():
        return
    from ..classes.summary import write_summary
    from ..grading.options import Options

    options = Options(Path(settings.get("folder", "")), marking.problems, settings.get("device", ""), settings.get("seed", 0))
    write_summary(marking.counted(rows), [], options, path, marking.roll.absent, marking.said, True)


def expect_checks(marking: Marking, one: Exempt) -> Exempt:
    """The decision with its check's own name.

    Raises:
        DecisionError: no record has such a check.
    """
    titles = with_checks(marking)
    if not titles:
        raise DecisionError(f"{marking.out} has no graded check yet; grade the class first.")
    problem, check = marking.known.with_checks(titles).check(one.problem, one.check)
    return msgspec.structs.replace(one, problem=problem, check=check)


def _shown(path: Path) -> set[str]:
    with contextlib.suppress(OSError, ValueError):
        return set(json.loads(path.read_text(encoding="utf-8")))
    return set()


def marks_in(out: Path) -> ClassMarks:
    """The final marks as the stored records, the decisions and the deadlines of a class run give them; nothing is written.

    Everybody with a record is there, whether anything is decided about them or not.

    Args:
        out: what `autograder grade --out` wrote.
    Raises:
        ClassError: there are no results, or the decisions or deadlines are not as they should be.
    """
    marking = Marking(out, read_roll(out))
    return class_marks(marking.roll, marking.record, marking.decisions, marking.late)


def final_of(out: Path, student: str) -> FinalMarks | None:
    """What counts for one student; None where that is what was earned, or where the record is somebody else's hand-in now.

    Raises:
        ClassError: there are no results, or the decisions or deadlines are not as they should be.
    """
    marking = Marking(out, read_roll(out))
    found = marking.take_marks()
    final = found.marks.get(student) if found and found.chosen.get(student, student) == student else None
    return final if final is not None and final.touched else None
