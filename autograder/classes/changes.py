"""Whose marks differ between two results or two runs, by which checks, and in which direction."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..results import stored
from ..results.record import CheckResult, SubmissionResult
from ..results.statuses import STATUSES
from .entries import ClassError


@dataclass(frozen=True)
class CheckChange:
    """One check that gives other points than before; None where it is open or not there."""

    problem: str
    name: str
    title: str
    before: float | None
    after: float | None
    was: str  # its status, empty where it is not there
    now: str

    @property
    def gain(self) -> float:
        """Points won, below zero where they are lost."""
        return round((self.after or 0.0) - (self.before or 0.0), 2)


@dataclass(frozen=True)
class Change:
    """One student whose marks are not what they were; a total is None while something is open."""

    student: str
    before: float | None
    after: float | None
    checks: tuple[CheckChange, ...]

    @property
    def gain(self) -> float:
        """Points won over all checks, below zero where they are lost."""
        return round(sum(check.gain for check in self.checks), 2)


@dataclass(frozen=True)
class CheckLine:
    """One check over everybody whose points for it have changed."""

    problem: str
    title: str
    up: int
    down: int
    gain: float


@dataclass
class Comparison:
    """What is different between two runs."""

    changes: list[Change] = field(default_factory=list)
    same: int = 0  # students whose every check gives what it gave
    gone: list[str] = field(default_factory=list)  # have a result in the first run only
    come: list[str] = field(default_factory=list)  # have one in the second only
    settings: list[str] = field(default_factory=list)  # seed, device and versions that are not the same

    @property
    def up(self) -> int:
        """Students who win points."""
        return sum(change.gain > 0 for change in self.changes)

    @property
    def down(self) -> int:
        """Students who lose points."""
        return sum(change.gain < 0 for change in self.changes)

    @property
    def by_check(self) -> list[CheckLine]:
        """The checks, those that move most points first."""
        found: dict[tuple[str, str], list[CheckChange]] = {}
        for change in self.changes:
            for check in change.checks:
                found.setdefault((check.problem, check.name), []).append(check)
        lines = [
            CheckLine(
                problem,
                held[-1].title,
                sum(check.gain > 0 for check in held),
                sum(check.gain < 0 for check in held),
                round(sum(check.gain for check in held), 2),
            )
            for (problem, _), held in found.items()
        ]
        return sorted(lines, key=lambda line: (-(line.up + line.down), line.problem, line.title))

    def add(self, student: str, old: SubmissionResult, new: SubmissionResult) -> None:
        """Count one student who has a result in both."""
        change = change_of(student, old, new)
        if change is None:
            self.same += 1
        else:
            self.changes.append(change)


def change_of(student: str, old: SubmissionResult, new: SubmissionResult) -> Change | None:
    """What is different for a student; None where every check gives what it gave."""
    before, after = _checks(old), _checks(new)
    found = []
    for problem, name in dict.fromkeys([*before, *after]):
        one, other = before.get((problem, name)), after.get((problem, name))
        known = other or one
        if known is not None and _points(one) != _points(other):
            ends = one.status if one else "", other.status if other else ""
            found.append(CheckChange(problem, name, known.title, _points(one), _points(other), *ends))
    return Change(student, _total(old), _total(new), tuple(found)) if found else None


def compare(old: Path, new: Path) -> Comparison:
    """Compare two runs.

    Args:
        old, new: folders of class runs, or single records.
    Raises:
        ClassError: there is nothing to compare.
        RecordError: a record cannot be read.
    """
    one, other = records(old), records(new)
    if old.is_file() and new.is_file():
        one = {new.stem: old}
    if not one.keys() & other.keys():
        raise ClassError(f"nobody has a result in both {old} and {new}; name the folders of two runs of the same class.")
    found = Comparison(gone=sorted(one.keys() - other.keys()), come=sorted(other.keys() - one.keys()))
    settings: tuple[set[str], set[str]] = set(), set()
    for student in sorted(one.keys() & other.keys()):
        results = stored.read(one[student]), stored.read(other[student])
        found.add(student, *results)
        for held, result in zip(settings, results):
            held.update(_settings(result))
    found.settings = [*_only(settings[0], settings[1], "before"), *_only(settings[1], settings[0], "now")]
    return found


def records(place: Path) -> dict[str, Path]:
    """The records of a run by student.

    Raises:
        ClassError: there are none.
    """
    if place.is_file():
        return {place.stem: place}
    found = {path.stem: path for path in (place / "records").glob("*.json") if not path.name.startswith(".")}
    if not found and any((place / "results").glob("*.json")):
        raise ClassError(
            f"{place} was written by an earlier kit, which kept no records of single checks; grade its submissions again with "
            "`autograder grade ... --out` another folder, and compare that one."
        )
    if not found:
        raise ClassError(f"{place} holds no results; name the folder that `autograder grade --out` wrote.")
    return found


def _checks(result: SubmissionResult) -> dict[tuple[str, str], CheckResult]:
    return {(problem.problem.id, check.name): check for problem in result.problems for check in problem.checks}


def _points(check: CheckResult | None) -> float | None:
    return None if check is None or STATUSES[check.status].ours else check.score


def _total(result: SubmissionResult) -> float | None:
    return result.score if result.graded else None


def _settings(result: SubmissionResult) -> Iterator[str]:
    for seed in dict.fromkeys([result.seed, *(problem.seed for problem in result.problems if problem.seed is not None)]):
        yield f"seed {seed}"
    yield f"device {result.device}"
    yield from (f"{name} {version}" for name, version in sorted(result.versions.items()))


def _only(these: Iterable[str], those: set[str], when: str) -> list[str]:
    return [f"{when}: {setting}" for setting in sorted(set(these) - those)]
