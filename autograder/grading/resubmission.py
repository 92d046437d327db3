"""Which problems of a submission that was handed in again keep the result that they have.

A problem is not graded again when all that its code may reach is what it was (`submission/references.py`, from the files of the problem and
those that its checks have asked for), when as many files of the same names lie around it, and when what took part in grading is the same. Whoever
calls this sees to the kit and its settings; what only a grader knows is compared here. What may come out otherwise for the same files, such as what ran
into a limit, is graded again, and so is everything that was open.
"""

import functools
import re
from pathlib import Path

from ..course import Part, Problem, part_of
from ..results.earlier import Earlier
from ..results.record import Case, ProblemResult
from ..submission.references import named_in, reached
from .cases import versions
from .submission_run import SubmissionRun

# These follow from files and seed alone, as far as their words are not of a limit; "the second layer" is not of one.
STEADY = {"passed", "failed", "not attempted", "missing", "not run"}
UNSTEADY = re.compile(r"\b(memory|MemoryError|allocate|seconds|time to judge|Timeout\w*|threads?|Errno)\b")


class Kept:
    """What of an earlier result may hold for the submission that is being graded."""

    def __init__(self, earlier: Earlier, run: SubmissionRun):
        stored, self.seed, self.run = earlier.result, earlier.seed, run
        there = not run.fault and not run.unreadable
        same = (stored.device, stored.isolation, stored.versions) == (run.device, str(run.warm.isolation), versions())
        self.files = stored.files
        self.problems = {result.problem.id: result for result in stored.problems} if there and same else {}

    def result_of(self, problem: Problem) -> ProblemResult | None:
        """The earlier result of a problem, if grading it again would give the same."""
        result, part = self.problems.get(problem.id), part_of(problem)
        if result is None or result.problem != problem.heading or self.seed not in (None, result.seed):
            return None
        before, now = self.files.get(part.id, {}), self.run.digests(part)
        if not steady(result) or before.keys() != now.keys():
            return None
        own = self.run.files(part)
        roots = {*problem.files, *problem.optional_files, *result.asked}
        depends_on = reached(own, roots | _asked_by_services(part, own)) | {name for name in roots if name in now}
        return result if all(before[name] == now[name] for name in depends_on) else None


def steady(result: ProblemResult) -> bool:
    """Whether the same files give the same result, however busy the machine is."""
    return result.graded and all(_steady(case) for check in result.checks for case in check.cases)


def _steady(case: Case) -> bool:
    return case.status == "passed" or case.status in STEADY and not UNSTEADY.search(f"{case.message}\n{case.details}")


def _asked_by_services(part: Part, own: dict[str, bytes]) -> set[str]:
    """The files that what the kit runs in the sandbox for a part may import by itself: of those that it knows, whatever else is called so."""
    known = {*part.files, *part.given, *(name for problem in part.problems for name in problem.optional_files)} & own.keys()
    return {name for code in _services(part.checks / "services") for name in named_in(code, known)}


@functools.cache
def _services(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.rglob("*.py"))]
