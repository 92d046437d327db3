"""A seccomp filter that refuses the system calls a student's numerical code never needs.

Refused calls fail with EPERM, so that a library that merely probes for one goes on. `clone3` answers ENOSYS because its
flags lie in memory where a filter cannot see them; libraries then use `clone`, which is allowed for threads only.
"""
import ctypes
import struct

from . import linux

_LOAD, _EQUAL, _AT_LEAST, _AND_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = 1, 38
_SIGKILL = 9
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_CLONE_THREAD = 0x00010000
_X32_CALLS = 0x40000000
_NEWER_CALLS = 463          # from setxattrat (Linux 6.13) on: calls that the tables below do not weigh

# name: (number on x86_64, number on aarch64); None where the architecture has no such call.
_REFUSED = {
    # new programs and processes
    "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281),
    # other processes: their memory, descriptors, signals, limits and scheduling
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424), "kill": (62, 129),
    "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "setpriority": (141, 140),
    "sched_setscheduler": (144, 119), "sched_setattr": (314, 274), "ioprio_set": (251, 30),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "sched_setparam": (142, 118),
    "sched_setaffinity": (203, 122), "migrate_pages": (256, 238), "move_pages": (279, 239),
    # the network
    "socket": (41, 198), "socketpair": (53, 199), "bind": (49, 200), "connect": (42, 203), "listen": (50, 201),
    # namespaces, mounts, privileges
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442), "setuid": (105, 146), "setgid": (106, 144),
    "setgroups": (116, 159), "setresuid": (117, 147), "setresgid": (119, 149), "capset": (126, 91),
    # the kernel itself
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219), "init_module": (175, 105), "finit_module": (313, 273), "kexec_load": (246, 104),
    "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "syslog": (103, 116), "acct": (163, 89),
    "quotactl": (179, 60), "settimeofday": (164, 170), "clock_settime": (227, 112), "adjtimex": (159, 171),
    "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264), "fanotify_init": (300, 262),
    "personality": (135, 92), "seccomp": (317, 277), "landlock_create_ruleset": (444, 444),
    # memory outside the limits, and channels to other processes
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195),
    "semget": (64, 190), "semop": (65, 193), "semctl": (66, 191), "msgget": (68, 186), "msgsnd": (69, 189),
    "msgrcv": (70, 188), "msgctl": (71, 187), "mq_open": (240, 180), "flock": (73, 32), "inotify_init": (253, None),
    "inotify_init1": (294, 26), "inotify_add_watch": (254, 27), "semtimedop": (220, 192), "mq_unlink": (241, 181),
    # a limit of processor time: a way to let the kernel kill the caller, which would look like a fault of the machine
    "setrlimit": (160, 164),
}
# Owner, mode, times and attributes of files, which Landlock does not guard: without mounts of its own a child could change
# those of every file that its user owns. And timers, whose signal may be SIGKILL: it does not reach a namespace's first process.
_REFUSED_WITHOUT_NAMESPACES = {
    "timer_create": (222, 107),
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None),
    "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54), "utime": (132, None), "utimes": (235, None),
    "futimesat": (261, None), "utimensat": (280, 88), "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
}
_CLONE = (56, 220)
_CLONE3 = (435, 435)
_TGKILL = (234, 131)
_FCNTL = (72, 25)
_PRLIMIT = (302, 261)
# Locks and leases reach across namespaces, through files that all may read; F_SETOWN, F_SETSIG and F_SETOWN_EX (8, 10, 15)
# let the kernel send any signal to another process of the same user.
_REFUSED_FCNTL = (6, 7, 37, 38, 1024, 1026, 8, 10, 15)


def available() -> bool:
    """Whether a filter is written for this machine's architecture."""
    return linux.MACHINE in _ARCHITECTURE


def program(own_pid: int, own_mounts: bool) -> bytes:
    """The filter as BPF instructions.

    Args:
        own_pid: the only process that may be sent a signal.
        own_mounts: whether every file that can be reached is the child's own or read-only.
    """
    column = list(_ARCHITECTURE).index(linux.MACHINE)
    lines = [
        (_LOAD, 0, 0, 4),                                            # the architecture of the call
        (_EQUAL, 1, 0, _ARCHITECTURE[linux.MACHINE]),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, 0),                                            # the number of the call
    ]
    if linux.MACHINE == "x86_64":
        lines += [(_AND_SET, 0, 1, _X32_CALLS), (_RETURN, 0, 0, _KILL_PROCESS)]
    lines += [(_AT_LEAST, 0, 1, _NEWER_CALLS), (_RETURN, 0, 0, _ERRNO | _ENOSYS)]
    lines += [(_EQUAL, 0, 1, _CLONE3[column]), (_RETURN, 0, 0, _ERRNO | _ENOSYS)]
    lines += [(_EQUAL, 0, 4, _CLONE[column]), (_LOAD, 0, 0, 16), (_AND_SET, 1, 0, _CLONE_THREAD),
              (_RETURN, 0, 0, _ERRNO | _EPERM), (_RETURN, 0, 0, _ALLOW)]
    lines += [(_EQUAL, 0, 6, _TGKILL[column]), (_LOAD, 0, 0, 16), (_EQUAL, 0, 2, own_pid),
              (_LOAD, 0, 0, 32), (_EQUAL, 0, 1, _SIGKILL),
              (_RETURN, 0, 0, _ERRNO | _EPERM), (_RETURN, 0, 0, _ALLOW)]
    # Limits: only to read its own (process 0 is the caller; no new ones, a null pointer of two words). A lower limit of
    # processor time would be a way to be killed by the kernel.
    lines += [(_EQUAL, 0, 9, _PRLIMIT[column]), (_LOAD, 0, 0, 16), (_EQUAL, 1, 0, 0), (_EQUAL, 0, 4, own_pid),
              (_LOAD, 0, 0, 32), (_EQUAL, 0, 2, 0), (_LOAD, 0, 0, 36), (_EQUAL, 1, 0, 0),
              (_RETURN, 0, 0, _ERRNO | _EPERM), (_RETURN, 0, 0, _ALLOW)]
    most = len(_REFUSED_FCNTL)
    lines += [(_EQUAL, 0, most + 3, _FCNTL[column]), (_LOAD, 0, 0, 24)]
    lines += [(_EQUAL, most - place, 0, command) for place, command in enumerate(_REFUSED_FCNTL)]
    lines += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    for numbers in (_REFUSED if own_mounts else _REFUSED | _REFUSED_WITHOUT_NAMESPACES).values():
        number = numbers[column]
        if number is not None:
            lines += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    lines.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *line) for line in lines)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def install(own_pid: int, own_mounts: bool) -> None:
    """Apply the filter to this process for ever; it needs no_new_privs to be set already."""
    code = program(own_pid, own_mounts)
    buffer = ctypes.create_string_buffer(code, len(code))
    filter_ = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    linux.prctl(linux.PR_SET_SECCOMP, 2, ctypes.addressof(filter_))
