"""What every reader of a folder or archive gives: the files one after the other, so many of them and for so long."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .reading_faults import Unreadable

ENTRIES_LIMIT = 200_000  # entries looked at
READING_LIMIT_S = 60  # an archive of many honest files takes two seconds


@dataclass(frozen=True)
class Member:
    """One regular file, not read yet."""

    name: str
    size: int  # as it claims
    read: Callable[[int], bytes]  # at most so many bytes
    time: float = 0.0  # of its last change, as it claims; in seconds, comparable within one submission
    path: Path | None = None  # where it stands, if it is in a folder


Remark = Callable[[str], None]


def deadline() -> float:
    """What the clock shows when reading a submission that begins now has taken too long."""
    return time.monotonic() + READING_LIMIT_S


def limited(items: Iterator[Any], remark: Remark, until: float) -> Iterator[Any]:
    """The first items, as long as there is time."""
    for number, item in enumerate(items):
        if number >= ENTRIES_LIMIT:
            remark(f"Only the first {ENTRIES_LIMIT:,} entries were looked at; hand in nothing but your own files.")
            return
        if time.monotonic() > until:
            raise Unreadable(f"reading it takes more than {READING_LIMIT_S} seconds; hand in nothing but your own files.")
        yield item
