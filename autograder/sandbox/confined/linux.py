"""The few Linux system calls that Python 3.10 does not offer, through ctypes; every failure is an OSError."""

import ctypes
import os
import platform

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_BIND, MS_PRIVATE = 1, 2, 4, 8, 16384, 4096, 1 << 18
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_CAPBSET_DROP, PR_SET_SECCOMP = 1, 4, 38, 24, 22
MACHINE = platform.machine()

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def unshare(flags: int) -> None:
    """Give this process new namespaces of its own (see unshare(2))."""
    _checked(_libc.unshare(flags), "unshare")


def setns(descriptor: int, kind: int) -> None:
    """Move this process into the namespace behind a descriptor (see setns(2))."""
    _checked(_libc.setns(descriptor, kind), "setns")


def mount(source: str, target: str, kind: str, flags: int = 0, options: str = "") -> None:
    """Mount a file system (see mount(2)); `options` is the text that the file system itself reads."""
    arguments = source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode()
    _checked(_libc.mount(*arguments), f"mount {target}")


def prctl(option: int, *values: int) -> int:
    """Change a property of this process (see prctl(2))."""
    padded = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    return _checked(_libc.prctl(option, *padded), f"prctl {option}")


def madvise(address: ctypes.c_void_p, length: int, advice: int) -> None:
    """Say how memory will be used (see madvise(2))."""
    _checked(_libc.madvise(address, ctypes.c_size_t(length), ctypes.c_int(advice)), "madvise")


def syscall(number: int, *values) -> int:
    """Make a system call by its number."""
    arguments = [ctypes.c_long(value) if isinstance(value, int) else value for value in values]
    return _checked(_libc.syscall(ctypes.c_long(number), *arguments), f"system call {number}")


class _CapabilityHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _CapabilityData(ctypes.Structure):
    _fields_ = [("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32)]


def drop_capabilities() -> None:
    """Give up every capability, now and for whatever this process might start."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:  # beyond the last capability of this kernel, or not allowed to (then there are none)
            break
    header = _CapabilityHeader(0x20080522, 0)
    nothing = (_CapabilityData * 2)()
    _checked(_libc.capset(ctypes.byref(header), ctypes.byref(nothing)), "capset")
