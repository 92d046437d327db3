"""The unit of work, one submission, and what comes back for it; the same on one machine and on a cluster."""

from dataclasses import dataclass
from pathlib import Path

from ..course import problems
from ..grading.options import Options
from ..results import gradescope
from ..results.record import CheckResult, ProblemResult, SubmissionResult

NOT_GRADED = "Our grader failed here; you lose nothing, and it will be graded again."


@dataclass(frozen=True)
class Task:
    """A submission to grade."""

    student: str
    path: Path


@dataclass(frozen=True)
class Report:
    """A graded submission, rendered where it was graded: the results file's content and the feedback page."""

    student: str
    document: dict
    page: str


class PoolFault(RuntimeError):
    """Grading cannot go on at all: no grader starts here."""


def render(student: str, result: SubmissionResult) -> Report:
    """The report of a result."""
    from ..results import html  # templates are loaded where pages are made, not by whoever hands out work

    result.name = student
    return Report(student, gradescope.as_json(result), html.page(result))


def not_graded(student: str, options: Options, reason: str) -> Report:
    """The report of a submission that could not be graded through no fault of its author: open, never zero."""
    found = []
    for name in options.problems:
        problem = problems()[name]
        found.append(ProblemResult(problem, [CheckResult("grading", NOT_GRADED, 1, problem.points)]))
    result = SubmissionResult(student, found, options.seed, options.device, "full", {}, [reason])
    return render(student, result)
