"""The record of a graded submission; everything shown anywhere is rendered from it.

How a check or a problem can end, and what that means, is the table in `statuses.py`.
"""
from dataclasses import dataclass, field

from ..course import Problem
from .statuses import STATUSES


@dataclass
class Case:
    """One run of a check: one set of parameters."""

    label: str              # the parameters in words, empty for a check that has none
    status: str
    message: str = ""
    details: str = ""       # for the teaching assistant only
    seconds: float = 0.0


@dataclass
class CheckResult:
    """One check with all its cases; it gives its points when every case passed."""

    name: str
    title: str
    weight: int
    max_score: float = 0.0
    cases: list[Case] = field(default_factory=list)

    @property
    def status(self) -> str:
        """`passed` when every case passed, else the most serious of the others, our own faults first."""
        statuses = [case.status for case in self.cases]
        ours = (status for status in statuses or ["not graded"] if STATUSES[status].ours)
        return next(ours, "") or next((status for status in statuses if status != "passed"), "passed")

    @property
    def score(self) -> float:
        """Its points, all or none."""
        return self.max_score if self.status == "passed" else 0.0

    @property
    def message(self) -> str:
        """What the student reads: the first case that did not pass, and which did."""
        bad = [case for case in self.cases if case.status != "passed"]
        if not bad:
            return ""
        good = [case.label for case in self.cases if case.status == "passed"]
        # Which cases only matters where the code ran; a file that is missing is missing for all of them.
        labels = [case.label for case in bad if case.label and STATUSES[case.status].mistake]
        fold = f"For {', '.join(labels)}" + (f"; {', '.join(good)} passed" if good else "") + ".\n" if labels else ""
        return fold + bad[0].message

    @property
    def details(self) -> str:
        """What the teaching assistant reads besides."""
        return "\n".join(dict.fromkeys(case.details for case in self.cases if case.details))

    @property
    def seconds(self) -> float:
        """Time for all its cases."""
        return sum(case.seconds for case in self.cases)


@dataclass
class ProblemResult:
    """One problem with its checks in order."""

    problem: Problem
    checks: list[CheckResult] = field(default_factory=list)
    printed: str = ""       # what the student's code printed, made harmless; for the teaching assistant

    @property
    def max_score(self) -> float:
        """The problem's points."""
        return float(self.problem.points)

    @property
    def graded(self) -> bool:
        """Whether all of it could be graded."""
        return bool(self.checks) and not any(STATUSES[check.status].ours for check in self.checks)

    @property
    def score(self) -> float:
        """The points of the checks that passed."""
        return round(sum(check.score for check in self.checks), 2)

    @property
    def status(self) -> str:
        """What the first check that did not pass says, or `partial` where there are points all the same."""
        if not self.graded:
            return next((check.status for check in self.checks if STATUSES[check.status].ours), "not graded")
        if all(check.status == "passed" for check in self.checks):
            return "passed"
        if self.score > 0:
            return "partial"
        return next((check.status for check in self.checks if check.status != "passed" and not STATUSES[check.status].follows), "failed")


@dataclass
class SubmissionResult:
    """Everything known about one graded submission."""

    name: str
    problems: list[ProblemResult]
    seed: int
    device: str
    isolation: str
    versions: dict[str, str]
    remarks: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def score(self) -> float:
        """Points of all problems; not final while `graded` is false."""
        return round(sum(problem.score for problem in self.problems), 2)

    @property
    def max_score(self) -> float:
        """Points of all problems that were to be graded."""
        return sum(problem.max_score for problem in self.problems)

    @property
    def nothing_usable(self) -> str:
        """Why all checks of all problems are `missing`, when it is one reason: nothing that was handed in can be read."""
        ends = {(check.status, check.message) for problem in self.problems for check in problem.checks}
        status, message = next(iter(ends)) if len(ends) == 1 else ("", "")
        return message if status == "missing" else ""

    @property
    def graded(self) -> bool:
        """Whether everything could be graded."""
        return all(problem.graded for problem in self.problems)


def share_points(points: int, weights: list[int]) -> list[float]:
    """Share whole points by weight, in hundredths that add up exactly (largest remainder)."""
    hundredths, total = points * 100, sum(weights)
    shares = [hundredths * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(hundredths * weights[i] % total), i))
    for place in by_remainder[: hundredths - sum(shares)]:
        shares[place] += 1
    return [share / 100 for share in shares]
