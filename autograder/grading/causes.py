"""Where a fault of ours arose, in words for staff: the line of the course's own checks, and the one that raised where that is another."""

import traceback
from pathlib import Path

from ..course import CHECKS
from ..places import COURSE_ROOT, KIT_ROOT


def place_of(error: BaseException) -> str:
    """File and line, as in `autograder/checks/PART/test_PROBLEM.py:12 (raised in functional.py:3)`; empty for an error never raised."""
    frames = [(Path(frame.f_code.co_filename), line) for frame, line in traceback.walk_tb(error.__traceback__)]
    if not frames:
        return ""
    raised, own = frames[-1], [frame for frame in frames if frame[0].is_relative_to(CHECKS)]
    if not own or own[-1] == raised:
        return _shown(*raised)
    return f"{_shown(*own[-1])} (raised in {raised[0].name}:{raised[1]})"


def _shown(path: Path, line: int) -> str:
    root = next((root for root in (COURSE_ROOT, KIT_ROOT) if path.is_relative_to(root)), path.parent)
    return f"{path.relative_to(root).as_posix()}:{line}"
