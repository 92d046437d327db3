"""Records and decisions made up for these tests, and hypothesis's strategies for them."""

from datetime import date

from hypothesis import strategies as some

from autograder.course import Heading
from autograder.decisions.kinds import FULL_MARKS, OUT_OF_THE_SUM, Excuse, Exempt, Points
from autograder.decisions.marks import Late
from autograder.results.record import Case, CheckResult, ProblemResult, SubmissionResult, share_points

BY = {"reason": "as agreed", "by": "N. N.", "date": date(2026, 3, 4)}
PROBLEMS = {"p": ("one", 4), "q": ("one", 7), "r": ("one", 10), "s": ("two", 5), "three": ("three", 4)}
CHECKS = {"p": ("a",), "q": ("a", "b", "c"), "r": ("a", "b", "c", "d"), "s": ("a", "b"), "three": ("a", "b")}


def problem(name: str, ends: list[str], weights: list[int] | None = None) -> ProblemResult:
    """A problem whose checks end so: `passed`, `failed`, `half`, `not graded`, ..."""
    part, points = PROBLEMS[name]
    shares = share_points(points, weights or [1] * len(ends))
    checks = []
    for check, end, share in zip(CHECKS[name], ends, shares):
        cases = (
            [Case("x", "passed"), Case("y", "failed", "m")] if end == "half" else [Case("", end, "" if end == "passed" else "m")]
        )
        checks.append(CheckResult(f"test_{check}", f"The {check} is right", 1, share, cases))
    return ProblemResult(Heading(part, name, f"1.{name}", f"Problem {name}", points), checks)


def record(student: str = "ann", **ends: list[str]) -> SubmissionResult:
    """A record with these problems."""
    return SubmissionResult(student, [problem(name, held) for name, held in ends.items()], 1, "cpu", "full", {})


def points(where: str, number: float, *students: str) -> Points:
    """Points by hand."""
    return Points(where=where, points=number, students=students or ("ann",), **BY)


def exempt(where: str, check: str, *students: str, out: bool = False) -> Exempt:
    """A check that does not count as it came out."""
    return Exempt(problem=where, check=f"test_{check}", students=students, how=OUT_OF_THE_SUM if out else FULL_MARKS, **BY)


def excuse(where: str, *students: str) -> Excuse:
    """A problem that does not count."""
    return Excuse(problem=where, students=students, **BY)


endings = some.sampled_from(["passed", "failed", "half", "missing", "not run"])
or_open = some.one_of(endings, some.just("not graded"))


@some.composite
def records(draw, ends=endings) -> SubmissionResult:
    """Any record of these problems."""
    names = draw(some.lists(some.sampled_from(list(PROBLEMS)), min_size=1, unique=True).map(sorted))
    found = []
    for name in names:
        size = len(CHECKS[name])
        held = draw(some.lists(ends, min_size=size, max_size=size))
        found.append(problem(name, held, draw(some.lists(some.integers(1, 4), min_size=size, max_size=size))))
    return SubmissionResult("ann", found, 1, "cpu", "full", {})


hundredths = some.integers(-900, 900).filter(bool).map(lambda number: number / 100)
all_checks = [(name, check) for name, held in CHECKS.items() for check in held]
who = some.sampled_from([(), ("ann",), ("ann", "bob")])
exemptions = some.builds(
    lambda pair, out, people: exempt(*pair, *people, out=out), some.sampled_from(all_checks), some.booleans(), who
)
excuses = some.builds(lambda name, people: excuse(name, *people), some.sampled_from(list(PROBLEMS)), who)
by_hand = some.builds(points, some.sampled_from([*PROBLEMS, "one", "two"]), hundredths)
of_others = some.one_of(
    some.builds(lambda name, number: points(name, number, "bob"), some.sampled_from(list(PROBLEMS)), hundredths),
    some.builds(lambda name: excuse(name, "bob"), some.sampled_from(list(PROBLEMS))),
)
decisions = some.lists(some.one_of(exemptions, excuses, by_hand), max_size=6)
lateness = some.dictionaries(
    some.sampled_from(["one", "two"]),
    some.builds(
        Late, some.just("late"), percent=some.integers(0, 100).map(float), of_earned=some.booleans(), how_late=some.just("1 day")
    ),
)
