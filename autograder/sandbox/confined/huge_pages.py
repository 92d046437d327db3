"""Memory in huge pages: a fork copies one entry for 2 MiB instead of 512, and the child's end gives back one.

Measured with CUDA's build of torch, 400 MiB of memory: 11 instead of 28 ms of processor time for a child that does nothing.
"""

import ctypes
from collections.abc import Iterator

from . import linux

HUGE = 2 << 20
MADV_COLLAPSE = 25  # Linux 6.1 and newer
MAPS = "/proc/self/maps"


def candidates() -> Iterator[int]:
    """Addresses of the 2 MiB that private writable memory of this process could have in one page each."""
    try:
        with open(MAPS) as file:
            lines = [line.split(None, 5) for line in file]
    except OSError:  # not Linux
        return
    for place, rights, *_, name in (line if len(line) == 6 else [*line, ""] for line in lines):
        if rights == "rw-p" and name.strip() in ("", "[heap]"):
            first, end = (int(number, 16) for number in place.split("-"))
            yield from range(-(-first // HUGE) * HUGE, end - HUGE + 1, HUGE)


def collapse(address: int) -> bool:
    """Move 2 MiB into one huge page; False where the kernel does not."""
    try:
        linux.madvise(ctypes.c_void_p(address), HUGE, MADV_COLLAPSE)
    except OSError:
        return False
    return True
