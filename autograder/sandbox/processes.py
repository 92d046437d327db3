"""What the kernel tells of a child, and how it is ended."""

import contextlib
import os
import select
import signal
import time

from .own_time import Reading
from .warm import Fork


def kill(fork: Fork) -> None:
    """End a child at once; it cannot prevent that."""
    if fork.pidfd >= 0:
        signal.pidfd_send_signal(fork.pidfd, signal.SIGKILL)
    else:
        os.kill(fork.pid, signal.SIGKILL)


def has_ended(fork: Fork, within_s: float) -> bool:
    """Whether the child ends by itself; where there is no descriptor to ask (macOS), it is taken to."""
    if fork.pidfd < 0:
        return True
    poll = select.poll()
    poll.register(fork.pidfd, select.POLLIN)
    return bool(poll.poll(within_s * 1000))


def host_pid(fork: Fork) -> int:
    """The child's number in the host's process namespace; the warm process knows it only by its own."""
    with contextlib.suppress(OSError), open(f"/proc/self/fdinfo/{fork.pidfd}") as file:
        for line in file:
            if line.startswith("Pid:"):
                return int(line.split()[1])
    return -1


class Clocks:
    """The clocks that tell a child's own time, for the thread that asks it; opened once, since each request reads them twice.

    Args:
        pid: of the child, in this process's namespace.
    """

    def __init__(self, pid: int):
        self.pid = pid
        self._of_child, self._of_host = _opened(f"/proc/{pid}/schedstat"), _opened("/proc/thread-self/schedstat")

    def reading(self) -> Reading:
        """What they show now."""
        return Reading(time.monotonic(), delayed_s(self._of_child), delayed_s(self._of_host), cpu_s(self.pid))

    def close(self) -> None:
        """Let go of them once."""
        for descriptor in (self._of_child, self._of_host):
            if descriptor >= 0:
                os.close(descriptor)
        self._of_child = self._of_host = -1


def _opened(path: str) -> int:
    with contextlib.suppress(OSError):
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    return -1


def delayed_s(schedstat: int) -> float:
    """Seconds that a process has been ready to run and had no processor; 0 where the kernel does not tell.

    Args:
        schedstat: descriptor of its file of this name (proc(5)).
    """
    with contextlib.suppress(OSError, IndexError, ValueError):
        return int(os.pread(schedstat, 128, 0).split()[1]) / 1e9
    return 0.0


def cpu_s(pid: int) -> float:
    """Processor seconds of all threads of a process, without opening a file (clock_getcpuclockid(3))."""
    with contextlib.suppress(OSError):
        return time.clock_gettime((~pid << 3) | 2) if pid > 0 else 0.0
    return 0.0


def state(pid: int) -> str:
    """`R` for running, `S` for sleeping and so on (proc(5)); `?` where the system does not tell."""
    with contextlib.suppress(OSError, IndexError), open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0]
    return "?"


def threads(pid: int) -> int:
    """How many threads a process has; 0 where the system does not tell."""
    with contextlib.suppress(OSError, IndexError, ValueError), open(f"/proc/{pid}/stat") as file:
        return int(file.read().rpartition(")")[2].split()[17])
    return 0


def resident_mib(fork: Fork) -> float:
    """Memory of a child in MiB; 0 where the system does not tell."""
    try:
        with open(f"/proc/{host_pid(fork)}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
    except (OSError, IndexError):
        return 0.0
