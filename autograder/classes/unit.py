"""The unit of work, one submission, and what comes back for it; the same on one machine and on a cluster."""

import errno
from dataclasses import dataclass
from pathlib import Path

from ..course import problems
from ..grading.options import Options
from ..results.earlier import Earlier
from ..results.record import Case, CheckResult, ProblemResult, SubmissionResult
from ..results.renderers import ALWAYS, rendered
from ..results.statuses import OUR_FAULT

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
TAKEN_BACK = "Our grader failed after it had graded this; the result was taken back, and it will be graded again."


@dataclass(frozen=True)
class Task:
    """A submission to grade; `earlier` is what was found when it was handed in before."""

    student: str
    path: Path
    earlier: Earlier | None = None

    def anew(self) -> "Task":
        """All of it to grade: what is remembered of a whole class holds no results."""
        return Task(self.student, self.path)


@dataclass(frozen=True)
class Report:
    """A graded submission, with the files that were rendered where it was graded, by their places.

    `row` says how many results of this `grader`, this one included, have failed first in the same way since it last proved itself: should the
    run be cut short, nobody would ever know whether that was the grader's fault. `kept` counts the problems whose earlier result stands.
    """

    student: str
    result: SubmissionResult
    files: dict[str, str]
    grader: str = ""
    row: int = 0
    kept: int = 0


@dataclass(frozen=True)
class Withdrawal:
    """A grader's proof failed: whom it has judged since the last one that held, and why. They are to be graded again."""

    students: tuple[str, ...]
    reason: str


class PoolFault(RuntimeError):
    """Grading cannot go on at all: no grader starts here."""


class NoProof(PoolFault):
    """No grader can work here, and nobody has been judged."""


def cannot_read(error: OSError) -> str:
    """Why a submission is open, in words: a disk, a permission, or a file that went away while it was looked at.

    Raises:
        OSError: the error itself, when it is this machine that has no room left; that ends the run.
    """
    if error.errno in NO_ROOM:
        raise error
    return f"This machine cannot read the submission: {error.strerror or error}."


def render(student: str, result: SubmissionResult, renderers: tuple[str, ...] = ALWAYS) -> Report:
    """The report of a result."""
    result.name = student
    return Report(student, result, rendered(result, renderers))


def not_graded(student: str, options: Options, reason: str, details: str = "") -> Report:
    """The report of a submission that could not be graded through no fault of its author: open, never zero.

    Args:
        reason: which the student reads, too.
        details: for staff only.
    """
    cases = [Case("", "not graded", OUR_FAULT, details)] if details else []
    found = []
    for name in options.problems:
        problem = problems()[name]
        found.append(
            ProblemResult(problem, [CheckResult("grading", OUR_FAULT, 1, float(problem.points), list(cases))], seed=options.seed)
        )
    result = SubmissionResult(student, found, options.seed, options.device, "full", {}, [*options.remarks, reason])
    return render(student, result, options.renderers)
