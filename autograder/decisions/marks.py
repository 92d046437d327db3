"""Final marks as data: what was earned, what was decided and why, what lateness cost. Renderers and exports only show it.

Points are in hundredths, as everywhere; for every problem and part, what was earned and all adjustments add up to what counts.
"""

from dataclasses import dataclass, field
from math import fsum

from ..course import Heading
from ..results.numbers import signed


@dataclass(frozen=True)
class Adjustment:
    """One reason why a mark is not what was earned.

    `number` is that of the decision in the file, 0 where nobody decided (lateness, the floor at zero).
    """

    kind: str  # of the decision, or `late`, `floor`
    points: float  # by which the mark changes; 0 where the decision changes nothing for this student
    reason: str
    by: str = ""
    date: str = ""
    number: int = 0
    what: str = ""  # what it is about, in words: a check's title, say

    @property
    def signed(self) -> str:
        """The points with their sign."""
        return signed(self.points)

    @property
    def words(self) -> str:
        """The adjustment as one line without a full stop of its own."""
        about = f" for {self.what}" if self.what else ""
        if not self.by:
            return f"{self.signed}{about}: {self.reason}"
        return f"{self.signed}{about} by decision of {self.by}{f', {self.date}' if self.date else ''}: {self.reason}"


@dataclass(frozen=True)
class ProblemMarks:
    """One problem of one student.

    `earned` and `decided` are None while the problem is open; an excused problem without others beside it counts for nothing: `left_out`.
    """

    problem: Heading
    earned: float | None
    decided: float | None
    adjustments: tuple[Adjustment, ...] = ()
    excused: bool = False
    left_out: bool = False

    @property
    def max_score(self) -> float:
        """The problem's points."""
        return float(self.problem.points)


@dataclass(frozen=True)
class Late:
    """How late one part came, and what that costs.

    `words` say when it came and how late that is; `percent` is of the part's points, or of what it gives (`of_earned`). `known` is false
    where no platform says when it came: then nothing is taken.
    """

    words: str
    percent: float = 0.0
    of_earned: bool = False
    known: bool = True
    handed_in: str = ""  # date and time with zone, empty where it is not known
    how_late: str = ""  # in words, empty where it is in time
    free_days: int = 0  # used for this part
    reason: str = ""  # of the penalty

    @property
    def is_late(self) -> bool:
        """Whether there is something to say of it."""
        return bool(self.how_late)


@dataclass(frozen=True)
class PartMarks:
    """One part of one student: its problems, what was decided about the part as a whole, and lateness."""

    part: str
    problems: tuple[ProblemMarks, ...]
    adjustments: tuple[Adjustment, ...] = ()  # about the part itself; the last may be the penalty
    late: Late | None = None

    @property
    def counted(self) -> tuple[ProblemMarks, ...]:
        """The problems that count."""
        return tuple(found for found in self.problems if not found.left_out)

    @property
    def max_score(self) -> float:
        """Points of the problems that count."""
        return sum(found.max_score for found in self.counted)

    @property
    def earned(self) -> float | None:
        """What the grader gave; None while something is open."""
        return total(found.earned for found in self.problems)

    @property
    def penalty(self) -> float:
        """Points that lateness costs, at least 0."""
        return -sum(found.points for found in self.adjustments if found.kind == "late") + 0.0

    @property
    def decided(self) -> float | None:
        """After decisions, before lateness; None while something is open, or where nothing counts."""
        if not self.counted:
            return None
        held = total(found.decided for found in self.counted)
        return held if held is None else total([held, *(found.points for found in self.adjustments if found.kind != "late")])

    @property
    def final(self) -> float | None:
        """What counts; None while something is open, or where nothing counts."""
        decided = self.decided
        return None if decided is None else total([decided, -self.penalty])

    @property
    def excused(self) -> bool:
        """Whether nothing of it counts."""
        return not self.counted


@dataclass(frozen=True)
class FinalMarks:
    """Everything about one student's marks; `student` is who it counts for, whichever of several hand-ins was chosen."""

    student: str
    parts: tuple[PartMarks, ...]
    remarks: tuple[Adjustment, ...] = field(default=())  # decisions that move no points: a hand-in chosen, an extension

    @property
    def problems(self) -> dict[str, ProblemMarks]:
        """All problems by id."""
        return {found.problem.id: found for part in self.parts for found in part.problems}

    @property
    def adjustments(self) -> list[tuple[str, Adjustment]]:
        """Every adjustment with the id of the problem or part that it is about, in the course's order."""
        found = [("", one) for one in self.remarks]
        for part in self.parts:
            found += [(problem.problem.id, one) for problem in part.problems for one in problem.adjustments]
            found += [(part.part, one) for one in part.adjustments]
        return found

    @property
    def excused(self) -> bool:
        """Whether nothing counts for this student."""
        return all(part.excused for part in self.parts)

    @property
    def max_score(self) -> float:
        """Points of all that counts."""
        return sum(part.max_score for part in self.parts)

    @property
    def earned(self) -> float | None:
        """What the grader gave; None while something is open."""
        return total(part.earned for part in self.parts)

    @property
    def decided(self) -> float | None:
        """After decisions, before lateness; None while something that counts is open, or where nothing counts."""
        return None if self.excused else total(part.decided for part in self.parts if not part.excused)

    @property
    def penalty(self) -> float:
        """Points that lateness costs, at least 0."""
        return round(sum(part.penalty for part in self.parts), 2)

    @property
    def final(self) -> float | None:
        """What counts; None while something is open, or where nothing counts."""
        return None if self.excused else total(part.final for part in self.parts if not part.excused)

    @property
    def touched(self) -> bool:
        """Whether a page has anything to say beyond what the grader gave."""
        return bool(self.adjustments) or any(part.late is not None and part.late.is_late for part in self.parts)


@dataclass
class ClassMarks:
    """The final marks of everybody who has a row and a record.

    `chosen` says whose record counts for a student, where that is another one; those whose row is another's now are in `merged`, with whose.
    """

    marks: dict[str, FinalMarks] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)  # what was not applied, and why


def total(numbers) -> float | None:
    """The sum in whole hundredths; None where one of them is not known."""
    held = list(numbers)
    return None if any(number is None for number in held) else round(fsum(held), 2) + 0.0
