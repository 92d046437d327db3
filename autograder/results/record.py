"""The record of a graded submission; everything shown anywhere is rendered from it.

How a check or a problem can end, and what that means, is the table in `statuses.py`.
"""

import re
from dataclasses import dataclass, field

from ..course import Heading, Problem
from .statuses import STATUSES

# Begins the sentence of a message that is about this student's own lines; what went wrong is said before it.
STEP_BY_STEP = "Step by step: "
_OF_THE_CASE = re.compile(r"'[^']*'|\"[^\"]*\"|<[^>]*>|[\d.]+")  # what differs in one sentence about several cases


@dataclass
class Case:
    """One run of a check: one set of parameters."""

    label: str  # the parameters in words, empty for a check that has none
    status: str
    message: str = ""
    details: str = ""  # for the teaching assistant only
    seconds: float = 0.0
    weight: int = 1  # its share of the check's points


@dataclass(frozen=True)
class Reason:
    """Why cases of a check did not pass: what the student reads of the first of them, and which they are."""

    status: str
    message: str
    labels: tuple[str, ...]


@dataclass
class CheckResult:
    """One check with all its cases; each case that passed gives its share of the points."""

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
        """The points of the cases that passed; none as long as the check is open."""
        if STATUSES[self.status].ours:
            return 0.0
        shares = share_points(self.max_score, [case.weight for case in self.cases])
        return round(sum(share for share, case in zip(shares, self.cases) if case.status == "passed"), 2)

    @property
    def reasons(self) -> list[Reason]:
        """Why cases did not pass; those whose messages differ only in their first line, which tells of the case, together."""
        found: dict[tuple[str, str], list[Case]] = {}
        for case in self.cases:
            if case.status != "passed":
                first, _, rest = case.message.partition(f"\n{STEP_BY_STEP}")[0].partition("\n")
                found.setdefault((case.status, rest or _OF_THE_CASE.sub("", first)), []).append(case)
        # Which cases only matters where the code ran; a file that is missing is missing for all of them.
        return [
            Reason(bad[0].status, bad[0].message, tuple(case.label for case in bad if case.label and STATUSES[case.status].mistake))
            for bad in found.values()
        ]

    @property
    def right(self) -> list[str]:
        """The labels of the cases that passed."""
        return [case.label for case in self.cases if case.status == "passed" and case.label]

    @property
    def message(self) -> str:
        """What the student reads: for which cases it happened, and which passed."""
        passed = f"; {', '.join(self.right)} passed" if self.right else ""
        said = []
        for reason in self.reasons:
            said += [f"For {', '.join(reason.labels)}{passed}."] if reason.labels else []
            said.append(reason.message)
            passed = ""
        return "\n".join(said)

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

    problem: Heading
    checks: list[CheckResult] = field(default_factory=list)
    printed: str = ""  # what the student's code printed, made harmless; for the teaching assistant
    used_s: float = 0.0  # seconds of its own time that the student's code has used, of the `problem_s` that it may
    seed: int | None = None  # of its hidden inputs: what another hand-in has left as it was keeps its own
    asked: list[str] = field(default_factory=list)  # files of the student's that its checks have asked for
    remarks: list[str] = field(default_factory=list)  # on the submission, that its checks have made

    def __post_init__(self) -> None:
        if isinstance(self.problem, Problem):
            self.problem = self.problem.heading

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
        return next(
            (check.status for check in self.checks if check.status != "passed" and not STATUSES[check.status].follows), "failed"
        )


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
    fingerprint: str = ""  # of all that it depends on, where a class run goes by it
    conditions: str = ""  # the same without the submission
    files: dict[str, dict[str, str]] = field(default_factory=dict)  # digests of what was handed in, by part and name

    def __getitem__(self, problem_id: str) -> ProblemResult:
        return next(problem for problem in self.problems if problem.problem.id == problem_id)

    @property
    def score(self) -> float:
        """Points of all problems; not final while `graded` is false."""
        return round(sum(problem.score for problem in self.problems), 2)

    @property
    def max_score(self) -> float:
        """Points of all problems that were to be graded."""
        return sum(problem.max_score for problem in self.problems)

    @property
    def seed_in_words(self) -> str:
        """The seed, with those of the problems that were graded before with another one."""
        others: dict[int, list[str]] = {}
        for problem in self.problems:
            if problem.seed is not None and problem.seed != self.seed:
                others.setdefault(problem.seed, []).append(problem.problem.id)
        return "".join([str(self.seed), *(f" (of {', '.join(names)}: {seed})" for seed, names in others.items())])

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


def share_points(points: float, weights: list[int]) -> list[float]:
    """Share points, whole hundredths of them, by weight, in hundredths that add up exactly (largest remainder)."""
    hundredths, total = round(points * 100), sum(weights)
    shares = [hundredths * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(hundredths * weights[i] % total), i))
    for place in by_remainder[: hundredths - sum(shares)]:
        shares[place] += 1
    return [share / 100 for share in shares]
