"""`OUT/class.json`: who is in the class that was graded, as its folder and the platform tell.

Everything after grading (decisions, lateness, exports) goes by it, so that the folder of the submissions is not needed again.
"""

from datetime import datetime
from pathlib import Path

import msgspec

from ..results.atomic import write_atomically
from .entries import ClassError, Listing
from .gathering import place
from .sorting import Attempt, LeftOut

NAME = "class.json"


class Seat(msgspec.Struct, frozen=True):
    """One row of the class: a student, or a group that handed in together.

    `people` are called as the platform calls them; `late` is what the platform says itself, None where it says nothing; `handed_in` has a
    time zone where the platform tells one.
    """

    student: str
    people: tuple[str, ...]
    called: str = ""
    note: str = ""
    submission: str = ""  # where it stands
    handed_in: datetime | None = None
    late: bool | None = None
    attempts: tuple[Attempt, ...] = ()  # what was handed in together, where there are several that the platform tells apart

    attempt: str = ""  # which of them was graded, where somebody has chosen one

    @property
    def names(self) -> tuple[str, ...]:
        """By what a person may call this row."""
        return tuple(dict.fromkeys(name for name in (self.student, self.called, *self.people) if name))


class Absent(msgspec.Struct, frozen=True):
    """A person of whom nothing was graded."""

    person: str
    why: str

    @property
    def name(self) -> str:
        """What it is called."""
        return self.person

    def __str__(self) -> str:
        return f"{self.person} {self.why}"


class Roll(msgspec.Struct, frozen=True):
    """The class, in order of names."""

    seats: tuple[Seat, ...]
    absent: tuple[Absent, ...] = ()
    layout: str = ""

    def __getitem__(self, student: str) -> Seat:
        return next(seat for seat in self.seats if seat.student == student)


def roll_of(listing: Listing, collected: Path) -> Roll:
    """The class as its folder tells.

    Args:
        listing: the submissions.
        collected: where loose files are gathered.
    """
    seats = tuple(
        Seat(
            entry.student,
            entry.people,
            entry.called,
            entry.note,
            str(place(entry, collected).absolute()),
            entry.handed_in,
            entry.late,
            entry.attempts,
            entry.attempt,
        )
        for entry in listing.entries
    )
    return Roll(seats, absent(listing.left_out), listing.layout)


def absent(left_out: list[LeftOut]) -> tuple[Absent, ...]:
    """Those who were left out and are known by name."""
    return tuple(Absent(item.person, item.why) for item in left_out if item.person)


def write_roll(out: Path, roll: Roll) -> None:
    """Write `class.json`.

    Raises:
        OSError: the disk is full.
    """
    write_atomically(out / NAME, msgspec.json.format(msgspec.json.encode(roll), indent=1).decode() + "\n")


def read_roll(out: Path) -> Roll:
    """The class of the last run into a folder; of an older one, everybody of whom there is a record.

    Raises:
        ClassError: the folder holds no results, or the file is damaged.
    """
    students = sorted(path.stem for path in (out / "records").glob("*.json") if not path.name.startswith("."))
    if not students:
        raise ClassError(f"{out} holds no results; name the folder that `autograder grade --out` wrote.")
    try:
        return msgspec.json.decode((out / NAME).read_bytes(), type=Roll)
    except FileNotFoundError:
        return Roll(tuple(Seat(student, (student,)) for student in students))
    except (OSError, msgspec.DecodeError) as error:
        raise ClassError(f"{out / NAME} cannot be read ({error}); run `autograder grade` into {out} again.") from None
