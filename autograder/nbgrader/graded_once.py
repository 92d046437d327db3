"""The harness's results of an nbgrader course: graded once, kept below `.autograder/`, and used by every command alike.

`autograder nbgrader autograde` fills them for the whole class in parallel; plain `nbgrader autograde`, and the button in the
formgrader, grade the one submission they are at. Either takes a kept result only while submission and kit are the same, and what is graded anew gets another seed.
When somebody has handed in again, that is what the change can matter to.
"""

import contextlib
import time
from collections import deque
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from collections.abc import Iterator

from ..classes.entries import ClassError, Entry, find_entries
from ..classes.fingerprint import conditions, fingerprint, kit_hash
from ..classes.outputs import Outputs
from ..classes.pool import Pool
from ..classes.run import usable_device
from ..classes.unit import NoProof, PoolFault, Report, Task, Withdrawal
from ..grading.options import Options, chosen_seed
from ..grading.proof import NO_GPU
from ..results.earlier import Earlier
from ..results.record import SubmissionResult
from ..results.stored import RecordError, read

FOLDER = ".autograder"
WAIT_S = 300


def results_folder(root: Path, assignment: str) -> Path:
    """Where the results of an assignment are kept, beside nbgrader's own folders."""
    return root / FOLDER / assignment


def entry_of(submitted: Path, student: str, assignment: str) -> Entry:
    """The submission of a student, under the name that results of the whole class use.

    Args:
        submitted: nbgrader's folder with one folder a student.
        student, assignment: as nbgrader calls them.
    Raises:
        ClassError: there is none.
    """
    for entry in find_entries(submitted, assignment, layout="nbgrader").entries:
        if is_nbgraders(entry) and student_of(entry, submitted) == student:
            return entry
    raise ClassError(f"{submitted} holds no submission of {student} for {assignment}.")


def is_nbgraders(entry: Entry) -> bool:
    """Whether a submission stands where nbgrader puts it, and not, as an archive say, in the place of a student's folder."""
    return entry.sources != (entry.path,)


def student_of(entry: Entry, submitted: Path) -> str:
    """What nbgrader calls the student of a submission."""
    return entry.path.relative_to(submitted).parts[0]


class KeptResults:
    """Results of one assignment.

    Args:
        root: the course directory.
        submitted: nbgrader's folder of submissions.
        assignment: its name.
        problems: ids of the problems that the assignment asks for.
    """

    def __init__(self, root: Path, submitted: Path, assignment: str, problems: tuple[str, ...]):
        self.folder = results_folder(root, assignment)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.submitted, self.assignment = submitted, assignment
        # A seed of its own: feedback on what an earlier process graded may have been released, and it is no use to know that one's inputs.
        self.options = Options(submitted, problems, usable_device("auto"), chosen_seed(None))
        self.kit = kit_hash()
        self.grader: OneByOne | None = None

    def result(self, student: str) -> SubmissionResult:
        """The record of a student; graded now where none is kept that still holds.

        Raises:
            PoolFault: no grading process can start here.
            ClassError: another process is grading this assignment, for longer than we wait.
        """
        entry = entry_of(self.submitted, student, self.assignment)
        mark, earlier = fingerprint(entry, self.options, self.kit), None
        with contextlib.suppress(RecordError):
            kept = read(self.folder / "records" / f"{entry.student}.json")
            if kept.fingerprint == mark and kept.graded:
                return kept
            if kept.fingerprint != mark and kept.conditions == conditions(self.options, self.kit):
                earlier = Earlier(kept)  # handed in again: what has not changed for a problem need not be graded again
        report = self._graded(Task(entry.student, entry.path.absolute(), earlier))
        with closing(patient_outputs(self.folder)) as outputs:
            mark = fingerprint(entry, self.options, self.kit)
            return outputs.store(entry, report, mark, conditions(self.options, self.kit)).result

    def _graded(self, task: Task) -> Report:
        """Grade one submission; on the CPU from now on when no grader can prove itself on the GPU.

        Raises:
            PoolFault: no grader works here, or one whose later proof failed has judged others wrongly before.
        """
        self.grader = self.grader or OneByOne(self.options)
        try:
            return self.grader.grade(task)
        except NoProof:
            self.grader = None
            if self.options.device == "cpu":
                raise
            self.options = replace(self.options, device="cpu", remarks=(NO_GPU,))
            return self._graded(task)
        except TakenBack as fault:
            self.grader = None
            with closing(patient_outputs(self.folder)) as outputs:
                for student in fault.students:
                    outputs.forget(student)
            raise


def patient_outputs(folder: Path) -> Outputs:
    """The folder of results, as soon as no other process writes there.

    Raises:
        ClassError: one does for longer than we wait.
    """
    end = time.monotonic() + WAIT_S
    while True:
        try:
            return Outputs(folder)
        except ClassError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


class OneByOne:
    """A pool of one process that is given its next submission when somebody asks for it."""

    def __init__(self, options: Options):
        self.waiting: deque[Task] = deque()
        self.reports = Pool(options, 1).run(self._tasks())

    def _tasks(self) -> Iterator[Task]:
        while self.waiting:
            yield self.waiting.popleft()

    def grade(self, task: Task) -> Report:
        """Grade one submission and wait for its report.

        Raises:
            PoolFault: no grader works here.
            TakenBack: what this one has graded of late counts no more.
        """
        self.waiting.append(task)
        said = next(self.reports)
        if isinstance(said, Withdrawal):
            raise TakenBack(said)
        return said


class TakenBack(PoolFault):
    """The grader's proof failed; the message names whose marks are to be entered again."""

    def __init__(self, said: Withdrawal):
        self.students = said.students
        super().__init__(
            f"{said.reason} Run it again, with --force for {', '.join(said.students)}, whose marks do not count any more."
        )
