"""Promises of the filter of system calls: every call was weighed, and the filter says of each what it should, on both architectures."""

import errno
import re
import struct
from pathlib import Path

import pytest

from autograder.sandbox.confined import linux, seccomp
from autograder.sandbox.confined.refused_calls import NEWER_CALLS, REFUSED, REFUSED_WITHOUT_NAMESPACES, UNNEEDED
from autograder.sandbox.confined.seccomp import Assembler

ALLOW, KILL = 0x7FFF0000, 0x80000000
REFUSE, NO_CALL, NO_FILE = (0x50000 | code for code in (errno.EPERM, errno.ENOSYS, errno.ENOENT))
LOOKED_INTO = "clone clone3 tgkill prlimit64 fcntl madvise prctl socket socketpair connect"
# Weighed and allowed: what each can reach is the child's own, or guarded by Landlock, mounts and limits.
ALLOWED = {
    "files below its folders": """read write open close stat fstat lstat lseek pread64 pwrite64 readv writev access sendfile fsync fdatasync
        truncate ftruncate getdents getcwd chdir fchdir rename mkdir rmdir creat link unlink symlink readlink umask mknod ustat statfs fstatfs
        getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr getdents64 openat mkdirat mknodat newfstatat unlinkat renameat linkat
        symlinkat readlinkat faccessat splice fallocate preadv pwritev renameat2 copy_file_range statx openat2 faccessat2""",
    "memory within its limits": """mmap mprotect munmap brk mremap msync shmdt munlock munlockall remap_file_pages get_mempolicy pkey_mprotect
        pkey_alloc pkey_free map_shadow_stack mseal membarrier""",
    "its own descriptors": """poll ioctl pipe select dup dup2 accept sendto recvfrom recvmsg shutdown getsockname getpeername setsockopt
        getsockopt epoll_create epoll_ctl_old epoll_wait_old epoll_wait epoll_ctl inotify_rm_watch pselect6 ppoll epoll_pwait signalfd
        timerfd_create eventfd timerfd_settime timerfd_gettime accept4 signalfd4 eventfd2 epoll_create1 dup3 pipe2 recvmmsg close_range
        epoll_pwait2 mq_timedsend mq_timedreceive mq_notify mq_getsetattr""",
    "itself: signals, threads, time": """rt_sigaction rt_sigprocmask rt_sigreturn sched_yield pause nanosleep getitimer alarm setitimer getpid exit
        wait4 rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack arch_prctl gettid time futex set_thread_area get_thread_area
        set_tid_address restart_syscall timer_settime timer_gettime timer_getoverrun timer_delete clock_gettime clock_getres clock_nanosleep
        exit_group waitid set_robust_list rseq futex_waitv futex_wake futex_wait futex_requeue setpgid setsid""",
    "questions": """uname gettimeofday getrlimit getrusage sysinfo times getuid getgid geteuid getegid getppid getpgrp getgroups getresuid
        getresgid getpgid getsid capget sysfs getpriority sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min
        sched_rr_get_interval sched_getaffinity ioprio_get get_robust_list getcpu sched_getattr getrandom lsm_get_self_attr
        lsm_list_modules""",
    "never written": "getpmsg putpmsg afs_syscall tuxcall security vserver",
}
HEADERS = {"x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "aarch64": "/usr/include/asm-generic/unistd.h"}
COLUMN = {"x86_64": 0, "aarch64": 1}
EVERY_REFUSED = REFUSED | UNNEEDED | REFUSED_WITHOUT_NAMESPACES


def said(machine: str, program: bytes, number: int, *arguments: int) -> int:
    """What a filter answers to a call: classic BPF, as far as filters of ours use it."""
    padded = [*arguments, 0, 0, 0, 0, 0, 0][:6]
    call = struct.pack("=iIQ6Q", number, seccomp._ARCHITECTURE[machine], 0, *(value & (1 << 64) - 1 for value in padded))
    lines = list(struct.iter_unpack("=HBBI", program))
    place = word = 0
    while True:
        kind, yes, no, value = lines[place]
        place += 1
        if kind == 0x20:
            word = int.from_bytes(call[value : value + 4], "little")
        elif kind == 0x54:
            word &= value
        elif kind == 0x06:
            return value
        else:
            place += yes if {0x15: word == value, 0x35: word >= value, 0x45: bool(word & value)}[kind] else no


@pytest.fixture(params=["x86_64", "aarch64"])
def machine(request, monkeypatch) -> str:
    """Each architecture for which a filter is written."""
    monkeypatch.setattr(linux, "MACHINE", request.param)
    return request.param


def test_every_call_was_weighed():
    """A call that the C library's headers know stands in exactly one list: refused, looked into, or allowed with what it reaches."""
    header = Path(HEADERS["x86_64"])
    if not header.exists():
        pytest.skip(f"{header} is not there: the headers of the kernel's calls are not installed")
    known = {name: int(number) for name, number in re.findall(r"__NR_(\w+) (\d+)", header.read_text())}
    allowed = " ".join(ALLOWED.values()).split()
    weighed = [*EVERY_REFUSED, *LOOKED_INTO.split(), *allowed]
    assert len(weighed) == len(set(weighed))
    assert sorted(name for name, number in known.items() if number < NEWER_CALLS and name not in weighed) == []


@pytest.mark.parametrize("architecture, pattern", [("x86_64", r"__NR_(\w+) (\d+)"), ("aarch64", r"__NR(?:3264)?_(\w+) (\d+)")])
def test_numbers_are_the_kernels(architecture, pattern):
    """Each refused call has the number that the kernel's header gives it, on both architectures."""
    header = Path(HEADERS[architecture])
    if not header.exists():
        pytest.skip(f"{header} is not there: the headers of the kernel's calls are not installed")
    known = {name: int(number) for name, number in re.findall(pattern, header.read_text())}
    numbers = {name: pair[COLUMN[architecture]] for name, pair in EVERY_REFUSED.items()}
    assert {name: number for name, number in numbers.items() if name in known and number != known[name]} == {}


def test_the_filter_says_what_the_lists_say(machine):
    """Refused calls are refused, those at the edge of the lists allowed or unknown, and a foreign architecture ends the process."""
    with_mounts, without = seccomp.program(77, True), seccomp.program(77, False)
    for name, pair in EVERY_REFUSED.items():
        number = pair[COLUMN[machine]]
        if number is not None:
            assert said(machine, without, number) == REFUSE, name
            assert said(machine, with_mounts, number) == (ALLOW if name in REFUSED_WITHOUT_NAMESPACES else REFUSE), name
    assert said(machine, with_mounts, NEWER_CALLS) == NO_CALL and said(machine, with_mounts, NEWER_CALLS - 1) == ALLOW
    other = next(each for each in COLUMN if each != machine)
    assert said(other, with_mounts, 0) == KILL
    assert machine != "x86_64" or said(machine, with_mounts, 0x40000000) == KILL


LOOKED_AT = [  # call, arguments, answer, answer to a child on a GPU
    ("_CLONE", (0x00010F00,), ALLOW, ALLOW),
    ("_CLONE", (17,), REFUSE, REFUSE),
    ("_CLONE3", (), NO_CALL, NO_CALL),
    ("_TGKILL", (77, 78, 6), ALLOW, ALLOW),
    ("_TGKILL", (77, 77, 9), REFUSE, REFUSE),
    ("_TGKILL", (1, 1, 6), REFUSE, REFUSE),
    ("_PRLIMIT", (0, 7, 0), ALLOW, ALLOW),
    ("_PRLIMIT", (77, 7, 0), ALLOW, ALLOW),
    ("_PRLIMIT", (1, 7, 0), REFUSE, REFUSE),
    ("_PRLIMIT", (0, 7, 1), REFUSE, REFUSE),
    ("_PRLIMIT", (0, 7, 1 << 40), REFUSE, REFUSE),
    ("_FCNTL", (3, 1), ALLOW, ALLOW),
    *(("_FCNTL", (3, command), REFUSE, REFUSE) for command in (6, 7, 37, 38, 1024, 1026, 8, 10, 15)),
    ("_MADVISE", (0, 0, 4), ALLOW, ALLOW),
    ("_MADVISE", (0, 0, 20), REFUSE, REFUSE),
    ("_MADVISE", (0, 0, 21), REFUSE, REFUSE),
    ("_PRCTL", (15,), ALLOW, ALLOW),
    ("_PRCTL", (1,), REFUSE, REFUSE),
    ("_SOCKET", (1, 0x80005), REFUSE, ALLOW),
    ("_SOCKET", (1, 0x80001), REFUSE, REFUSE),
    ("_SOCKET", (1, 2), REFUSE, REFUSE),
    ("_SOCKET", (2, 5), REFUSE, REFUSE),
    ("_SOCKETPAIR", (1, 1), REFUSE, ALLOW),
    ("_SOCKETPAIR", (1, 2), REFUSE, REFUSE),
    ("_SOCKETPAIR", (2, 1), REFUSE, REFUSE),
    ("_CONNECT", (3,), REFUSE, NO_FILE),
]


def test_calls_are_looked_into(machine):
    """Threads and no processes, signals to itself, own limits to read, no locks, no eviction, and on a GPU sockets that reach nobody."""
    cpu, gpu = seccomp.program(77, True), seccomp.program(77, True, True, ["bind", "listen"])
    for name, arguments, answer, on_gpu in LOOKED_AT:
        number = getattr(seccomp, name)[COLUMN[machine]]
        assert (said(machine, cpu, number, *arguments), said(machine, gpu, number, *arguments)) == (answer, on_gpu), (
            name,
            arguments,
        )
    changed = [
        name
        for name, pair in REFUSED.items()
        if (number := pair[COLUMN[machine]]) is not None and said(machine, gpu, number) != REFUSE
    ]
    assert changed == ["bind", "listen"]


@pytest.mark.parametrize(
    "lines, words",
    [
        (["test"], "no jump from line 0 to 'end'"),
        (["label", "test"], "no jump from line 0 to 'end'"),
        (["test", *["other"] * 256, "label"], "no jump from line 0 to 'end'"),
        (["label", "label"], "two lines are called 'end'"),
    ],
)
def test_a_jump_that_leads_nowhere_is_no_filter(lines, words):
    """A label that is missing, behind, too far away or there twice stops the assembling."""
    new = Assembler()
    ways = {"test": lambda: new.test(new.EQUAL, 1, yes="end"), "label": lambda: new.label("end"), "other": lambda: new.load(0)}
    with pytest.raises(ValueError, match=words):
        for line in lines:
            ways[line]()
        new.answer(0)
        new.code()
