"""Landlock: the kernel's own list of what a process may still open, for itself and for ever (landlock(7))."""

import ctypes
import os

from . import linux

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_FILE_RIGHTS_OF_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_TRUNCATE, _IOCTL = 1 << 14, 1 << 15
_RIGHTS_ON_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL
_TCP_BIND_AND_CONNECT = 3
_ABSTRACT_SOCKETS_AND_SIGNALS = 3


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64)]


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("rights", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def version() -> int:
    """The Landlock interface of this kernel, 0 where there is none."""
    try:
        return linux.syscall(_CREATE_RULESET, None, 0, 1)
    except OSError:
        return 0


def restrict(readable: list[str], writable: list[str], rewritable: list[str]) -> int:
    """Let this process read below `readable`, write below `writable` and open nothing else.

    Args:
        readable: files and folders.
        writable: the same; below them files may also be made and removed.
        rewritable: folders whose files may be written and cut off, with none made or removed. A folder of /proc has to stay
            in the kernel's memory, since the rule is tied to it, so it is kept open for ever.
    Returns: the version of the interface that was applied.
    Raises:
        OSError: the kernel has no Landlock, or refuses the rules.
    """
    abi = version()
    if not abi:
        raise OSError("Landlock is not available")
    every = _FILE_RIGHTS_OF_ABI[max(known for known in _FILE_RIGHTS_OF_ABI if known <= abi)]
    wanted = _Ruleset(every, _TCP_BIND_AND_CONNECT if abi >= 4 else 0, _ABSTRACT_SOCKETS_AND_SIGNALS if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = linux.syscall(_CREATE_RULESET, ctypes.byref(wanted), size, 0)
    try:
        for path in readable:
            _allow(ruleset, path, _EXECUTE | _READ_FILE | _READ_DIR)
        for path in writable:
            _allow(ruleset, path, every)
        for path in rewritable:
            _allow(ruleset, path, (_READ_FILE | _READ_DIR | _WRITE_FILE | _TRUNCATE) & every)
            os.open(path, os.O_PATH | os.O_CLOEXEC)
        linux.syscall(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return abi


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(path):
            rights &= _RIGHTS_ON_A_FILE
        rule = _PathRule(rights, descriptor)
        linux.syscall(_ADD_RULE, ruleset, 1, ctypes.byref(rule), 0)
    finally:
        os.close(descriptor)
