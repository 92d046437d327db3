"""Platforms that write who handed in what into the names of files: Moodle, Canvas, Blackboard, Brightspace, Autolab.

A name is taken apart from the side that the platform writes; what a student may choose, the name of a file, comes last and cannot make it
another student's.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ..submission.names import is_archive
from .sorting import Attempt
from .times import moment

# `_LATE` and numbers are Canvas's, `assignsubmission` is Moodle's, `attempt` Blackboard's; see the tests for each in full.
_MOODLE = re.compile(r"(?P<who>.+)_assignsubmission_(?P<kind>file|onlinetext)(?:_(?P<file>.*))?", re.DOTALL)
_CANVAS = re.compile(
    r"(?P<who>.+?)(?P<late>_LATE)?_(?P<user>\d+)_(?:(?P<number>\d+)_(?P<file>.+)|(?P<text>text|link|url)\.html)", re.DOTALL
)
_CANVAS_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?(?P<who>anon_)(?P<late2>LATE_)?(?P<user>[A-Za-z0-9]+)_(?:(?P<number>\d+)_(?P<file>.+)|(?P<text>text|link|url)\.html)",
    re.DOTALL,
)
_BLACKBOARD = re.compile(r"(?P<about>.+)_(?P<who>[^_]+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)", re.DOTALL)
_BRIGHTSPACE = re.compile(
    r"(?P<ids>\d+-\d+) - (?P<who>.+) - (?P<when>\w{3,9} \d{1,2}, \d{4} \d{3,4} [AP]M)(?: - (?P<file>.+))?", re.DOTALL
)
_AUTOLAB = re.compile(r"(?P<who>[^@/]+@[^@/_]+)_(?P<version>\d+)_(?P<file>.+)", re.DOTALL)
_RESUBMITTED = re.compile(r"-\d+(?=\.)")  # Canvas numbers the uploads after the first: softmax-2.py


@dataclass(frozen=True)
class Upload:
    """One file or folder of a platform's export.

    Args:
        who: whose it is, as the platform says.
        path: where it stands.
        name: what the student called it; empty for what the platform says about a submission, and for texts.
        order: later ones have a higher one.
        when: when it was handed in, where the name tells, in the platform's own zone.
        attempt: a name for what was handed in together, where the platform tells attempts apart.
        late: whether the platform says so; None where it says nothing.
    """

    who: str
    path: Path
    name: str
    order: float = 0.0
    attempt: str = ""
    late: bool | None = None
    when: datetime | None = None


@dataclass
class Person:
    """Everything that one person handed in, in order."""

    files: list[Upload] = field(default_factory=list)
    texts: list[Upload] = field(default_factory=list)

    @property
    def paths(self) -> tuple[Path, ...]:
        """Where all of it stands."""
        return tuple(upload.path for upload in (*self.files, *self.texts))

    @property
    def late(self) -> bool | None:
        """Whether the platform says that the newest of it came late; None where it says nothing."""
        return self.files[-1].late if self.files else None

    @property
    def handed_in(self) -> datetime | None:
        """When the newest of it came, where the platform tells."""
        return self.files[-1].when if self.files else None

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """What was handed in together, oldest first, where there are several."""
        found = {upload.attempt: upload.when for upload in self.files}
        return tuple(Attempt(name, when) for name, when in found.items()) if len(found) > 1 else ()

    @property
    def parts(self) -> tuple[tuple[str, Path], ...]:
        """The single files that belong together, by their own names, oldest first; a later one takes the place of an earlier one."""
        several = len({upload.attempt for upload in self.files}) > 1
        held: dict[str, Path] = {}
        for upload in self.files:
            name = f"{upload.attempt}/{upload.name}" if several else upload.name
            held.pop(name, None)
            held[name] = upload.path
        return tuple(held.items())

    @property
    def whole(self) -> Path | None:
        """The one folder or archive that it is, if it is one."""
        if len(self.files) == 1 and (self.files[0].path.is_dir() or is_archive(self.files[0].path.name)):
            return self.files[0].path
        return None


def moodle(path: Path) -> Upload | None:
    """`Full Name_ID_assignsubmission_file_`, as a folder or before the file's name; groups have no number."""
    match = _MOODLE.fullmatch(path.name)
    if not match:
        return None
    is_text = match["kind"] == "onlinetext"
    return Upload(match["who"], path, "" if is_text else (match["file"] or path.name))


def canvas(path: Path) -> Upload | None:
    """`name_LATE_USER_ATTACHMENT_file.ext`, all files side by side; `anon_ID` where names are hidden."""
    match = _CANVAS_ANONYMOUS.fullmatch(path.name) or _CANVAS.fullmatch(path.name)
    if not match or path.is_dir():
        return None
    about = match.groupdict()
    who = f"{match['who'].rstrip('_')}_{match['user']}"
    name = match["file"] or ""
    if not is_archive(name):
        name = _RESUBMITTED.sub("", name, count=1)
    return Upload(who, path, name, float(match["number"] or 0), late=bool(match["late"] or about.get("late2")))


def blackboard(path: Path) -> Upload | None:
    """`ASSIGNMENT_user_attempt_2026-03-03-11-00-00_file.ext` beside a `.txt` about each attempt."""
    match = _BLACKBOARD.fullmatch(path.name)
    if not match:
        return None
    when = moment(match["when"], "%Y-%m-%d-%H-%M-%S")
    return Upload(match["who"], path, match["file"] or "", _seconds(when), f"attempt {match['when']}", when=when)


def brightspace(path: Path) -> Upload | None:
    """A folder (or file) `123-456 - Full Name - Mar 3, 2026 1100 AM` for each time that somebody handed in."""
    match = _BRIGHTSPACE.fullmatch(path.name)
    if not match:
        return None
    when = moment(match["when"], "%b %d, %Y %I%M %p") or moment(match["when"], "%B %d, %Y %I%M %p")
    return Upload(f"{match['who']}_{match['ids']}", path, match["file"] or "files", _seconds(when), match["when"], when=when)


def autolab(path: Path) -> Upload | None:
    """`EMAIL_VERSION_handin.zip`, with a version for each time that somebody handed in."""
    match = _AUTOLAB.fullmatch(path.name)
    if not match:
        return None
    return Upload(match["who"], path, match["file"], float(match["version"]), f"version {match['version']}")


def _seconds(when: datetime | None) -> float:
    try:
        return when.timestamp() if when else 0.0
    except (ValueError, OverflowError):
        return 0.0


BY_NAMES: dict[str, Callable[[Path], Upload | None]] = {
    "moodle": moodle,
    "canvas": canvas,
    "blackboard": blackboard,
    "brightspace": brightspace,
    "autolab": autolab,
}


def by_person(uploads: Iterable[Upload]) -> dict[str, Person]:
    """The uploads of each person, in the order in which they came."""
    found: dict[str, Person] = defaultdict(Person)
    for upload in sorted(uploads, key=lambda upload: (upload.order, upload.path.name)):
        person = found[upload.who]
        (person.files if upload.name else person.texts).append(upload)
    return dict(found)
