"""Memory moved into huge pages keeps its content, and what cannot be moved is left alone."""

import ctypes
import mmap
import sys

import pytest

from autograder.sandbox.confined import huge_pages


@pytest.mark.skipif(sys.platform != "linux", reason="huge pages are Linux's")
def test_content_survives():
    """Whether the kernel moves it or not."""
    memory = mmap.mmap(-1, 3 * huge_pages.HUGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory[:] = bytes(range(256)) * (len(memory) // 256)
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    within = [address for address in huge_pages.candidates() if start <= address < start + len(memory)]
    assert within and all(address % huge_pages.HUGE == 0 for address in within)
    for address in within:
        huge_pages.collapse(address)
    assert memory[:] == bytes(range(256)) * (len(memory) // 256)


def test_what_cannot_be_moved_is_left_alone(monkeypatch, tmp_path):
    """An address where nothing is, and a system without /proc."""
    assert huge_pages.collapse(huge_pages.HUGE) is False
    monkeypatch.setattr(huge_pages, "MAPS", str(tmp_path / "nothing"))
    assert list(huge_pages.candidates()) == []
