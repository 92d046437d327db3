"""What a class tells about itself: marks, checks that separate strong from weak, misconceptions, and odd submissions.

Everything is computed from the records, one at a time, so that a class of any size needs little memory.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import mean, median, pstdev

from ..results.record import STEP_BY_STEP, CheckResult
from ..results.statuses import STATUSES
from .outputs import Graded

# Kelley 1939: the best and the worst 27 % of a class tell most about what separates them.
GROUP_SHARE = 0.27
FEWEST_FOR_DISCRIMINATION = 8  # graded students; with fewer, the figure is noise
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


@dataclass
class Check:
    """One check over the whole class."""

    problem: str
    name: str
    title: str
    points: float
    passed: dict[str, bool] = field(default_factory=dict)  # by student; those it was not graded for are left out
    scores: dict[str, float] = field(default_factory=dict)  # by the same students
    discrimination: float | None = None

    @property
    def share(self) -> float:
        """The share of students who pass it."""
        return mean(self.passed.values()) if self.passed else 0.0


@dataclass(frozen=True)
class Misconception:
    """What several students were told, in one check or in several."""

    problems: tuple[str, ...]
    message: str  # the commonest of its wordings
    students: tuple[str, ...]


@dataclass(frozen=True)
class ProblemLine:
    """One problem over the whole class."""

    problem: str
    max_score: float
    scores: list[float]
    statuses: Counter[str]

    @property
    def columns(self) -> Counter[str]:
        """The students in each column of the class table."""
        found: Counter[str] = Counter()
        for status, students in self.statuses.items():
            found[STATUSES[status].column] += students
        return found


@dataclass
class ClassStatistics:
    """Everything that the summary shows, apart from similar submissions."""

    rows: list[Graded]
    problems: list[ProblemLine]
    checks: list[Check]
    misconceptions: list[Misconception]
    strange: list[tuple[Graded, str]]

    @property
    def totals(self) -> list[float]:
        """The totals of those who are graded completely."""
        return [row.score for row in self.rows if row.graded]

    @property
    def figures(self) -> list[tuple[str, float]]:
        """Mean, median and spread of the totals."""
        totals = self.totals or [0.0]
        return [
            ("mean", mean(totals)),
            ("median", median(totals)),
            ("standard deviation", pstdev(totals)),
            ("lowest", min(totals)),
            ("highest", max(totals)),
        ]


def describe_class(rows: list[Graded], problems: Sequence[str]) -> ClassStatistics:
    """Read every result and compute the statistics.

    Args:
        rows: one a student.
        problems: of the run, in the course's order.
    """
    checks: dict[tuple[str, str], Check] = {}
    told: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for row in rows:
        for problem in row.result.problems:
            for found in problem.checks:
                _count(row.student, problem.problem.id, found, checks, told)
    held = [check for check in checks.values() if check.name != "grading"]
    discriminate(held, rows)
    return ClassStatistics(rows, _problem_lines(rows, problems), held, _misconceptions(told, problems), strange(held, rows))


def _count(
    student: str,
    problem: str,
    found: CheckResult,
    checks: dict[tuple[str, str], Check],
    told: dict[str, list[tuple[str, str, str]]],
) -> None:
    """Add one check of one student."""
    check = checks.setdefault((problem, found.name), Check(problem, found.name, found.title, found.max_score))
    if not STATUSES[found.status].ours:
        check.passed[student], check.scores[student] = found.status == "passed", found.score
    for reason in found.reasons:
        if STATUSES[reason.status].mistake:
            message = reason.message.strip()
            told[explanation(message)].append((message, problem, student))


def explanation(message: str) -> str:
    """What a message says beyond the call and its result, or all of it; without numbers, which differ."""
    first, _, rest = message.partition("\n")
    said = [line for line in rest.splitlines() if line.strip() and not line.startswith((" ", "\t", STEP_BY_STEP))]
    return _NUMBERS.sub("#", "\n".join(said) or message)


def discriminate(checks: list[Check], rows: list[Graded]) -> None:
    """Give every check its discrimination: how many more of the strong than of the weak pass it, from -1 to 1.

    Strong and weak are the best and the worst 27 % by all points but the check's own.
    """
    totals = {row.student: row.score for row in rows if row.graded}
    for check in checks:
        rest = sorted((totals[student] - score, student) for student, score in check.scores.items() if student in totals)
        size = round(GROUP_SHARE * len(rest))
        if len(rest) < FEWEST_FOR_DISCRIMINATION or rest[size - 1][0] == rest[-size][0]:
            continue
        # Students level with the last of a group are in it, too: names must not decide.
        weak = [student for points, student in rest if points <= rest[size - 1][0]]
        strong = [student for points, student in rest if points >= rest[-size][0]]
        check.discrimination = mean(check.passed[student] for student in strong) - mean(check.passed[student] for student in weak)


def strange(checks: list[Check], rows: list[Graded], most: int = 10) -> list[tuple[Graded, str]]:
    """Submissions that a person should look at, with the reason.

    Besides crashes and time-outs these are patterns unlike the class: normalised Guttman errors (pairs of checks of
    which the harder one is passed and the easier one is not, among all such pairs possible; Meijer 1994) of one half.
    """
    found = [
        (2.0, row, "its code crashed or ran out of time")
        for row in rows
        if any(STATUSES[status].mistake and STATUSES[status].noted for _, _, status in row.problems.values())
    ]
    order = sorted((check for check in checks if 0 < check.share < 1), key=lambda check: (-check.share, check.problem, check.name))
    for row in rows:
        pattern = [check.passed[row.student] for check in order if row.student in check.passed]
        errors = guttman_errors(pattern)
        if len(pattern) >= 8 and errors >= 0.5:
            found.append(
                (
                    errors,
                    row,
                    f"it passes what most fail and fails what most pass ({errors:.0%} of the possible contradictions)",
                )
            )
    return [(row, reason) for _, row, reason in sorted(found, key=lambda item: (-item[0], item[1].student))[:most]]


def guttman_errors(pattern: list[bool]) -> float:
    """The share of contradictions in a pattern of checks from the easiest to the hardest, 0 to 1."""
    passed = sum(pattern)
    possible = passed * (len(pattern) - passed)
    failed_before = contradictions = 0
    for right in pattern:
        contradictions += failed_before if right else 0
        failed_before += not right
    return contradictions / possible if possible else 0.0


def _misconceptions(told: dict[str, list[tuple[str, str, str]]], problems: Sequence[str]) -> list[Misconception]:
    found = []
    for said in told.values():
        wordings = Counter(message for message, _, _ in said)
        commonest = min(wordings, key=lambda message: (-wordings[message], message))
        concerned = {problem for _, problem, _ in said}
        found.append(
            Misconception(
                tuple(name for name in problems if name in concerned),
                commonest,
                tuple(sorted({who for _, _, who in said})),
            )
        )
    return sorted(found, key=lambda item: (-len(item.students), item.problems, item.message))


def _problem_lines(rows: list[Graded], problems: Iterable[str]) -> list[ProblemLine]:
    lines = []
    for name in problems:
        held = [row.problems[name] for row in rows if name in row.problems]
        if held:
            scores = [score for score, _, _ in held if score is not None]
            lines.append(ProblemLine(name, held[0][1], scores, Counter(status for _, _, status in held)))
    return lines
