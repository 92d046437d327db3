"""A seccomp filter that refuses the system calls a student's numerical code never needs (`refused_calls.py` names them).

Refused calls fail with EPERM, so that a library that merely probes for one goes on. `clone3` answers ENOSYS because its
flags lie in memory where a filter cannot see them; libraries then use `clone`, which is allowed for threads only.
"""

import ctypes
import struct
from collections.abc import Collection

from . import linux
from .refused_calls import NEWER_CALLS, REFUSED, REFUSED_WITHOUT_NAMESPACES, UNNEEDED

_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_REFUSE, _NO_SUCH_CALL, _NO_SUCH_FILE = _ERRNO | 1, _ERRNO | 38, _ERRNO | 2
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_CALLS = 0x40000000
# Where the kernel shows a filter the number of a call, the architecture, and the two words of an argument.
_NUMBER, _MACHINE, _LOW, _HIGH = 0, 4, 16, 20
_ARGUMENT = 8

# Calls that are looked into, as in `refused_calls.py`.
_CLONE, _CLONE3, _TGKILL, _FCNTL, _PRLIMIT = (56, 220), (435, 435), (234, 131), (72, 25), (302, 261)
_SOCKET, _SOCKETPAIR, _CONNECT, _MADVISE, _PRCTL = (41, 198), (53, 199), (42, 203), (28, 233), (157, 167)
_CLONE_THREAD = 0x00010000
_SIGKILL = 9
# Locks and leases reach across namespaces, through files that all may read; F_SETOWN, F_SETSIG and F_SETOWN_EX (8, 10, 15)
# let the kernel send any signal to another process of the same user.
_REFUSED_FCNTL = (6, 7, 37, 38, 1024, 1026, 8, 10, 15)
_AF_UNIX = 1
_SOCK_TYPE, _SOCK_STREAM, _SOCK_SEQPACKET = 0xF, 1, 5
_MADV_COLD, _MADV_PAGEOUT = 20, 21  # they drop pages of files that others read
_PR_SET_PDEATHSIG = 1  # without namespaces the reason why a child ends with its grader


def available() -> bool:
    """Whether a filter is written for this machine's architecture."""
    return linux.MACHINE in _ARCHITECTURE


class Assembler:
    """Instructions of classic BPF, whose jumps name labels that come later."""

    _LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
    EQUAL, AT_LEAST, HAS_BITS = 0x15, 0x35, 0x45

    def __init__(self) -> None:
        self.lines: list[tuple[int, str, str, int]] = []
        self.labels: dict[str, int] = {}

    def load(self, offset: int) -> None:
        """Read a word of the call."""
        self.lines.append((self._LOAD, "", "", offset))

    def mask(self, bits: int) -> None:
        """Keep only these bits of the word."""
        self.lines.append((self._AND, "", "", bits))

    def test(self, kind: int, value: int, yes: str = "", no: str = "") -> None:
        """Compare the word and go to a label; without one, to the next line."""
        self.lines.append((kind, yes, no, value))

    def answer(self, what: int) -> None:
        """End with an answer to the call."""
        self.lines.append((self._RETURN, "", "", what))

    def label(self, name: str) -> None:
        """Name the next line.

        Raises:
            ValueError: the name is taken.
        """
        if name in self.labels:
            raise ValueError(f"two lines are called {name!r}")
        self.labels[name] = len(self.lines)

    def code(self) -> bytes:
        """The instructions with their jumps counted.

        Raises:
            ValueError: a label is missing, comes before its jump, or lies further away than a jump reaches.
        """
        return b"".join(
            struct.pack("=HBBI", kind, self._distance(line, yes), self._distance(line, no), value)
            for line, (kind, yes, no, value) in enumerate(self.lines)
        )

    def _distance(self, line: int, label: str) -> int:
        if not label:
            return 0
        distance = self.labels.get(label, -1) - line - 1
        if not 0 <= distance < 256:
            raise ValueError(f"no jump from line {line} to {label!r}")
        return distance


def program(own_pid: int, own_mounts: bool, local_sockets: bool = False, allowed: Collection[str] = ()) -> bytes:
    """The filter as BPF instructions.

    Args:
        own_pid: the only process that may be sent a signal.
        own_mounts: whether every file that can be reached is the child's own or read-only.
        local_sockets: whether it may make sockets of AF_UNIX; to connect one is answered with ENOENT.
        allowed: names among the refused calls that are allowed after all.
    """
    column = list(_ARCHITECTURE).index(linux.MACHINE)
    new = Assembler()
    new.load(_MACHINE)
    new.test(new.EQUAL, _ARCHITECTURE[linux.MACHINE], yes="machine")
    new.answer(_KILL_PROCESS)
    new.label("machine")
    new.load(_NUMBER)
    if linux.MACHINE == "x86_64":
        new.test(new.HAS_BITS, _X32_CALLS, no="number")
        new.answer(_KILL_PROCESS)
        new.label("number")
    new.test(new.AT_LEAST, NEWER_CALLS, no="known")
    new.answer(_NO_SUCH_CALL)
    new.label("known")
    _answer(new, _CLONE3[column], _NO_SUCH_CALL)
    for numbers, look in (
        (_CLONE, _threads_only),
        (_TGKILL, _to_itself),
        (_PRLIMIT, _only_to_read),
        (_FCNTL, _no_locks),
        (_MADVISE, _no_eviction),
        (_PRCTL, _no_survival),
    ):
        _look_into(new, numbers[column], look, own_pid)
    for numbers, look in ((_SOCKET, _local_socket), (_SOCKETPAIR, _local_pair)):
        if local_sockets:
            _look_into(new, numbers[column], look, own_pid)
        else:
            _answer(new, numbers[column], _REFUSE)
    _answer(new, _CONNECT[column], _NO_SUCH_FILE if local_sockets else _REFUSE)
    refused = REFUSED | UNNEEDED | ({} if own_mounts else REFUSED_WITHOUT_NAMESPACES)
    for name, on_machines in refused.items():
        number = on_machines[column]
        if number is not None and name not in allowed:
            _answer(new, number, _REFUSE)
    new.answer(_ALLOW)
    return new.code()


def _answer(new: Assembler, call: int, what: int) -> None:
    new.test(new.EQUAL, call, no=f"not {call}")
    new.answer(what)
    new.label(f"not {call}")


def _look_into(new: Assembler, call: int, look, own_pid: int) -> None:
    """Let `look` write tests that end at the labels `allow CALL` or `refuse CALL`; after its last line is the first of them."""
    new.test(new.EQUAL, call, no=f"not {call}")
    allow, refuse = f"allow {call}", f"refuse {call}"
    look(new, allow, refuse, own_pid)
    new.label(allow)
    new.answer(_ALLOW)
    new.label(refuse)
    new.answer(_REFUSE)
    new.label(f"not {call}")


def _threads_only(new: Assembler, allow: str, refuse: str, own_pid: int) -> None:
    new.load(_LOW)
    new.test(new.HAS_BITS, _CLONE_THREAD, yes=allow, no=refuse)


def _to_itself(new: Assembler, allow: str, refuse: str, own_pid: int) -> None:
    new.load(_LOW)
    new.test(new.EQUAL, own_pid, no=refuse)
    new.load(_LOW + 2 * _ARGUMENT)
    new.test(new.EQUAL, _SIGKILL, yes=refuse, no=allow)


def _only_to_read(new: Assembler, allow: str, refuse: str, own_pid: int) -> None:
    """Limits: only its own (process 0 is the caller) and no new ones, a null pointer of two words.

    A lower limit of processor time would be a way to be killed by the kernel.
    """
    new.load(_LOW)
    new.test(new.EQUAL, 0, yes="own limits")
    new.test(new.EQUAL, own_pid, no=refuse)
    new.label("own limits")
    new.load(_LOW + 2 * _ARGUMENT)
    new.test(new.EQUAL, 0, no=refuse)
    new.load(_HIGH + 2 * _ARGUMENT)
    new.test(new.EQUAL, 0, yes=allow, no=refuse)


def _no_locks(new: Assembler, allow: str, refuse: str, own_pid: int) -> None:
    _none_of(new, 1, _REFUSED_FCNTL, refuse)


def _no_eviction(new: Assembler, allow: str, refuse: str, own_pid: int) -> None:
    _none_of(new, 2, (_MADV_COLD, _MADV_PAGEOUT), refuse)


def _no_survival(new: Assembler, allow: str, refuse: str, own_pid: int) -> None:
    _none_of(new, 0, (_PR_SET_PDEATHSIG,), refuse)


def _none_of(new: Assembler, argument: int, values: Collection[int], refuse: str) -> None:
    new.load(_LOW + argument * _ARGUMENT)
    for value in values:
        new.test(new.EQUAL, value, yes=refuse)


def _local_socket(new: Assembler, allow: str, refuse: str, own_pid: int) -> None:
    """Only the type that the driver asks for: one that cannot send to an address."""
    _local(new, (_SOCK_SEQPACKET,), allow, refuse)


def _local_pair(new: Assembler, allow: str, refuse: str, own_pid: int) -> None:
    _local(new, (_SOCK_SEQPACKET, _SOCK_STREAM), allow, refuse)


def _local(new: Assembler, types: Collection[int], allow: str, refuse: str) -> None:
    new.load(_LOW)
    new.test(new.EQUAL, _AF_UNIX, no=refuse)
    new.load(_LOW + _ARGUMENT)
    new.mask(_SOCK_TYPE)
    for kind in types:
        new.test(new.EQUAL, kind, yes=allow)
    new.answer(_REFUSE)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def install(own_pid: int, own_mounts: bool, local_sockets: bool = False, allowed: Collection[str] = ()) -> None:
    """Apply the filter to this process for ever (see `program`); it needs no_new_privs to be set already."""
    code = program(own_pid, own_mounts, local_sockets, allowed)
    buffer = ctypes.create_string_buffer(code, len(code))
    filter_ = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    linux.prctl(linux.PR_SET_SECCOMP, 2, ctypes.addressof(filter_))
