"""One child for several problems of a submission: what must hold for that, and the question that begins the next problem.

To fork, set up and confine a child takes longer than many a problem's checks, and on a GPU it takes half a second. Whether a problem got
its marks in a child of its own must not show all the same. So a child goes on only while there is nothing to tell it from a fresh one, and
what it then finds counts only when it is full marks; anything less is graded again in a fresh child (`grading/problem_run.py`).
"""

from .channel import Channel
from .faults import SandboxFault, StudentFault
from .limits import Limits
from .student import Student, channel_of, let_go

BEGIN_S = 10  # milliseconds, on a machine that is not busy


def handed_over(earlier: Student, seed: int, limits: Limits) -> Channel | None:
    """The child of the problem before, ready to begin the next one; None when that has to have a child of its own.

    It is ready when its limits are the next problem's, it has met no fault and run into no limit, has printed nothing (which would have
    been printed again by files that are imported only once), and finds itself as it was, see `confined/as_found.py`. The limits of
    memory and processor time now hold for both problems together, which can only cost a second look.

    Args:
        earlier: the student's modules of that problem; they have no child any more when it is handed over.
        seed: of the next problem.
        limits: of the next problem.
    """
    channel = channel_of(earlier, limits)
    if channel is None:
        return None
    try:
        reply = channel.ask({"do": "begin", "seed": seed}, BEGIN_S, "beginning another problem", f"{BEGIN_S} seconds")
    except (StudentFault, SandboxFault):
        return None
    if reply.get("value") is not True or earlier.printed or channel.has_printed():
        return None
    let_go(earlier)
    return channel
