"""Whose fault it is when a check stumbles: ours, or that of the value that it could not go on with.

A check that stumbles twice in fresh children is run on the solution, here and now. When it stumbles there, too, or what came back was of
the kinds that the solution's answers have, our check has a fault: not graded. Otherwise a value that nobody could expect came back, and
that is what its author reads; the place in our check stands in what staff read.
"""

import contextlib
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterator

from ..sandbox.faults import SandboxFault

JUDGING_CPU_S = 60  # processor seconds of this process for one check; the solutions' slowest takes two
JUDGING_MIB = 2048  # what it may allocate for one check; a right answer's largest copies take 30
at_each_check: Callable[[], None] = lambda: None  # noqa: E731   a class run's sign that this process is alive
Answers = list[tuple[str, frozenset[str]]]


class TooCostly(Exception):
    """To judge what came back takes more memory or time than any right answer."""


def explained(error: BaseException | None, theirs: Answers, ours: Answers, ours_passed: bool) -> str:
    """What the author reads when it was the value's fault, empty when it was ours.

    Args:
        error: what the check stumbled over.
        theirs, ours: calls in words with the kinds of their answers, of the submission and of the solution, in order.
        ours_passed: whether the check passes on the solution, here and now.
    """
    if error is None or isinstance(error, SandboxFault) or not ours_passed:
        return ""
    for (words, found), (_, wanted) in zip(theirs, ours):
        if odd := sorted(found - wanted):
            due = f"; {' or '.join(sorted(wanted))} was to come back" if len(wanted) < 3 else ""
            return f"{words} returned {odd[0]}, which could not be judged{due}."
    if isinstance(error, (TooCostly, MemoryError)) and theirs:
        return f"What {theirs[-1][0]} returned takes more memory or time to judge than any right answer does."
    return ""


@contextlib.contextmanager
def bounded(memory: bool) -> Iterator[None]:
    """Bounds for what this process itself uses while it judges one check; waiting for a student's code costs it nothing.

    Args:
        memory: whether to limit memory, too; a GPU's driver maps more than it uses.
    Raises:
        TooCostly: the processor time is used up. Too much memory is a MemoryError, or torch's own error.
    """
    at_each_check()
    if threading.current_thread() is not threading.main_thread():  # signals reach only the main thread
        yield
        return
    before = signal.signal(signal.SIGPROF, _too_long)
    limits = _limit_memory() if memory else None
    signal.setitimer(signal.ITIMER_PROF, JUDGING_CPU_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        if limits:
            resource.setrlimit(resource.RLIMIT_DATA, limits)


def _too_long(*_: object) -> None:
    signal.setitimer(signal.ITIMER_PROF, JUDGING_CPU_S)  # a check that swallows this meets it again
    raise TooCostly(f"judging took more than {JUDGING_CPU_S} seconds of processor time")


def _limit_memory() -> tuple[int, int] | None:
    """Lower the soft limit to what this process has and may still take; returns the limits that were in force."""
    if sys.platform != "linux":
        return None
    limits = resource.getrlimit(resource.RLIMIT_DATA)
    with open("/proc/self/statm") as file:
        data = int(file.read().split()[5]) * resource.getpagesize()
    wanted = data + (JUDGING_MIB << 20)
    if limits[1] != resource.RLIM_INFINITY and wanted > limits[1]:
        return None
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, limits[1]))
    return limits
