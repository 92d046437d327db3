"""How much of its own time a child has used: what it computed and what it slept, not what it waited for a processor.

A class's marks must not depend on what else the machine does. The clock on the wall runs while a child is ready to run and others
have the processors, and while this process is ready to read an answer and has none itself; the kernel counts both (schedstat), and
both are taken off. Sleeping stays: that is the child's own choice.
"""

from dataclasses import dataclass
from enum import Enum

STARVED_FACTOR = 8  # times its time after which a child that still waits for a processor is our fault ...
STARVED_LEAST_S = 240.0  # ... but not earlier than this: a short time on a busy machine is soon over on the wall
CLOCK_S = 0.02  # less than this is not worth another wait


@dataclass(frozen=True)
class Reading:
    """The clocks at one moment, in seconds.

    Args:
        wall: a monotonic clock.
        child_waited: how long the child has been ready to run without a processor.
        host_waited: the same for the thread that waits for the child.
        child_cpu: processor time of all threads of the child.
    """

    wall: float
    child_waited: float = 0.0
    host_waited: float = 0.0
    child_cpu: float = 0.0


def own_s(start: Reading, now: Reading) -> float:
    """Seconds of its own that a child has used between two readings; where both have waited at once, that counts twice in its favour."""
    waited = max(now.child_waited - start.child_waited, 0.0) + max(now.host_waited - start.host_waited, 0.0)
    return max(now.wall - start.wall - waited, 0.0)


class Verdict(Enum):
    """What to do about a child whose answer is not there."""

    WAIT = "wait"
    LATE = "late"  # its own time is used up
    STARVED = "starved"  # the machine did not run it


def verdict(start: Reading, now: Reading, allowed_s: float) -> Verdict:
    """Whether a request has used up its time, and whose fault it is when nothing came for long.

    Processor time decides, too: threads of a child's own make its first one wait, and what all of them used is its own.
    """
    if allowed_s - own_s(start, now) <= CLOCK_S or now.child_cpu - start.child_cpu >= allowed_s:
        return Verdict.LATE
    if now.wall - start.wall >= max(STARVED_FACTOR * allowed_s, STARVED_LEAST_S):
        return Verdict.STARVED
    return Verdict.WAIT
