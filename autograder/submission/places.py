"""Where in a submission the files of a part may stand, and how far each of them is written."""

import functools
import re
from collections import Counter
from dataclasses import dataclass

from ..course import ASSIGNMENT, SOLUTIONS, Part, parts
from .names import meant
from .shelf import Contents

GAP = re.compile(rb'raise NotImplementedError\("Task [0-9.]+: [\w.]+ is not written yet"\)')  # as `autograder build` leaves it
UNTOUCHED, BEGUN, WRITTEN = 0, 1, 2
FLAT = 3  # the right name, but not in its folder


@dataclass(frozen=True)
class Place:
    """A file that may be one of the part's: its name in the submission, and the folder that the part's folder would then be.

    `odd` says how far its name is from the one that was asked for: 0 the same, 1 other case, 2 a copy's name, from `FLAT` on another folder.
    """

    name: str
    declared: str
    base: str
    odd: int
    state: int


def places(contents: Contents, part: Part) -> list[Place]:
    """Every file of a submission that may be one of the part's."""
    wanted = {name: name.count("/") for problem in part.problems for name in (*problem.files, *problem.optional_files)}
    found = []
    for name in contents.files:
        *folders, base = name.split("/")
        if _ours() & set(folders):
            continue
        for declared, depth in wanted.items():
            *asked, asked_base = declared.split("/")
            if meant(base) != asked_base.lower():
                continue
            odd = 0 if base == asked_base else 1 if base.lower() == asked_base.lower() else 2
            inside = folders[len(folders) - depth :] if depth else []
            if [folder.lower() for folder in inside] == [folder.lower() for folder in asked]:
                place = folders[: len(folders) - depth]
                odd = max(odd, int(inside != asked))
            elif is_unique(asked_base) or declared not in part.files:
                place, odd = folders, odd + FLAT
            else:
                continue
            found.append(Place(name, declared, "/".join(place), odd, state_of(contents.files[name], part, declared)))
    return found


def state_of(content: bytes, part: Part, declared: str) -> int:
    """Whether a file is the untouched stub, has gaps left, or is written."""
    if not content.strip() or content.split() == _stub(part.id, declared):
        return UNTOUCHED
    return BEGUN if GAP.search(content) else WRITTEN


@functools.cache
def _stub(part_id: str, declared: str) -> list[bytes] | None:
    path = ASSIGNMENT / part_id / declared
    return path.read_bytes().split() if path.is_file() else None


@functools.cache
def _ours() -> frozenset[str]:
    """Folders of the assignment that belong to no part; a `training.py` in there is nobody's work."""
    mine = {part.id for part in parts()}
    return frozenset({"checks"} | {path.name for path in SOLUTIONS.glob("*/") if path.name not in mine})


@functools.cache
def is_unique(base: str) -> bool:
    """Whether only one file of the course is called so, in whatever folder."""
    return Counter(name.rpartition("/")[2].lower() for part in parts() for name in part.files)[base.lower()] <= 1
