"""One child for the problems of a submission: what must hold for that, and the question that begins the next problem.

To fork, set up and confine a child takes longer than many a problem's checks, and on a GPU it takes half a second. Whether a problem got
its marks in a child of its own must not show all the same. So a child goes on only while there is nothing to tell it from a fresh one, and
what it then finds counts only when it is full marks with nothing printed; anything else is graded again in a fresh child
(`grading/problem_run.py`).
"""

from .channel import Channel
from .faults import SandboxFault, StudentFault
from .student import Student, channel_of, first_frame, hand_on, has_printed, limits_of

BEGIN_S = 10  # milliseconds, on a machine that is not busy


def handed_over(earlier: Student, later: Student) -> bool:
    """Let the child of the problem before begin the next one; False when that has to have a child of its own.

    It goes on when its limits are the next problem's, it has met no fault and run into no limit, has printed nothing, and finds itself and
    its disk as they were, see `confined/as_found.py` and `confined/disk.py`. What it has imported of the student's files is imported anew;
    where the next problem is one of another part, that part's files take their place. The limits of memory and processor time now hold
    for all problems together, which can only cost a second look.

    Args:
        earlier: the student's modules of that problem; they have no child any more when it is handed over.
        later: those of the next one; they have it then.
    """
    channel = channel_of(earlier, limits_of(later))
    if channel is None or has_printed(earlier):
        return False
    if not _begins(channel, first_frame(earlier), first_frame(later)):
        channel.kill()
        channel.printed.clear()  # while it was to begin another problem, which is neither's doing
        return False
    hand_on(earlier, later)
    return True


def _begins(channel: Channel, before: dict, frame: dict) -> bool:
    """Ask a child to begin another problem; False where it cannot, does not answer, or prints something.

    Args:
        before, frame: what a fresh child is told first, for the problem before and for the next one.
    """
    part = {} if frame | {"seed": None} == before | {"seed": None} else {"part": frame}
    try:
        reply = channel.ask(
            {"do": "begin", "seed": frame["seed"]} | part, BEGIN_S, "beginning another problem", f"{BEGIN_S} seconds"
        )
    except (StudentFault, SandboxFault):
        return False
    return reply.get("value") is True and not channel.has_printed()
