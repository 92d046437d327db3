"""The kinds of decisions, as they stand in `decisions.toml`: data that says who, what, why, by whom and when."""

import datetime
from typing import Final, Literal

import msgspec

FULL_MARKS: Final = "full marks"
OUT_OF_THE_SUM: Final = "out of the sum"


class Kind(msgspec.Struct, kw_only=True, frozen=True, tag_field="kind", forbid_unknown_fields=True, omit_defaults=True):
    """What every decision says; a withdrawn one stays in the file and counts for nothing."""

    reason: str
    by: str
    date: datetime.date
    withdrawn: datetime.date | None = None
    withdrawn_by: str = ""

    @property
    def students_meant(self) -> tuple[str, ...]:
        """Whom it is about; empty for everybody."""
        return ()

    def concerns(self, student: str) -> bool:
        """Whether it is about a student."""
        return not self.students_meant or student in self.students_meant


class OfOne(Kind, kw_only=True, frozen=True):
    """A decision about one student."""

    student: str

    @property
    def students_meant(self) -> tuple[str, ...]:
        """The one student."""
        return (self.student,)


class OfSome(Kind, kw_only=True, frozen=True):
    """A decision about some students, or about everybody where none is named."""

    students: tuple[str, ...] = ()

    @property
    def students_meant(self) -> tuple[str, ...]:
        """The students; empty for everybody."""
        return self.students


class Points(OfSome, kw_only=True, frozen=True, tag="points"):
    """Points given or taken, in one problem or in a part as a whole."""

    where: str
    points: float

    @property
    def words(self) -> str:
        """What was decided."""
        return f"{self.points:+g} in {self.where}"


class Exempt(OfSome, kw_only=True, frozen=True, tag="exempt"):
    """A check that does not count as it came out: full marks for it, or it is taken out of its problem's sum."""

    problem: str
    check: str
    how: Literal["full marks", "out of the sum"] = FULL_MARKS

    @property
    def words(self) -> str:
        """What was decided."""
        return f"{self.check} of {self.problem}: {self.how}"


class Excuse(OfSome, kw_only=True, frozen=True, tag="excuse"):
    """A problem that does not count; the others of its part count for it."""

    problem: str

    @property
    def words(self) -> str:
        """What was decided."""
        return f"{self.problem} does not count"


class Choose(OfOne, kw_only=True, frozen=True, tag="choose"):
    """Which of several hand-ins counts."""

    entry: str

    @property
    def words(self) -> str:
        """What was decided."""
        return f"{self.entry} counts"


class Extend(OfOne, kw_only=True, frozen=True, tag="extend"):
    """A later due date, for one part or for all that are graded together."""

    until: datetime.datetime | None = None
    days: float | None = None
    part: str = ""

    @property
    def words(self) -> str:
        """What was decided."""
        span = (
            f"until {self.until:%Y-%m-%d %H:%M %Z}".rstrip()
            if self.until
            else f"by {self.days:g} day{'s' if self.days != 1 else ''}"
        )
        return f"due date of {self.part or 'every part'} extended {span}"


Decision = Points | Exempt | Excuse | Choose | Extend
