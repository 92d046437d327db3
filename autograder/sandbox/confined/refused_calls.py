"""The system calls that a child is refused, every other one having been weighed and found harmless.

A list of what is refused, not of what is allowed, because a call that nobody thought of is no danger here: every call up to
`NEWER_CALLS` has been weighed one by one (`tests/sandbox/test_seccomp.py` fails for one that stands in neither list), and newer ones
do not exist for a child. So both lists draw the same line. An allow-list traced from today's torch would also refuse what the
next torch, C library or driver asks for in a corner that no trace reached, and a student would pay for it.

A call is refused when it reaches another process, another user of the machine, or a resource that no limit of ours counts, or when
it needs rights that a child never has. Most of those in `UNNEEDED` do less harm; they are refused because numerical code has no
use for them.
"""

NEWER_CALLS = 463           # from setxattrat (Linux 6.13) on: calls that the tables below do not weigh

# name: (number on x86_64, number on aarch64); None where the architecture has no such call.
REFUSED = {
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
    "bind": (49, 200), "listen": (50, 201),      # `socket`, `socketpair` and `connect`: see seccomp.py
    # namespaces, mounts, privileges
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442), "setuid": (105, 146), "setgid": (106, 144),
    "setgroups": (116, 159), "setresuid": (117, 147), "setresgid": (119, 149), "capset": (126, 91),
    "setreuid": (113, 145), "setregid": (114, 143), "setfsuid": (122, 151), "setfsgid": (123, 152),
    "statmount": (457, 457), "listmount": (458, 458),
    # the kernel itself
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219), "init_module": (175, 105), "finit_module": (313, 273), "kexec_load": (246, 104),
    "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "syslog": (103, 116), "acct": (163, 89),
    "quotactl": (179, 60), "settimeofday": (164, 170), "clock_settime": (227, 112), "adjtimex": (159, 171),
    "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264), "fanotify_init": (300, 262),
    "personality": (135, 92), "seccomp": (317, 277), "landlock_create_ruleset": (444, 444), "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446), "fanotify_mark": (301, 263), "kexec_file_load": (320, 294), "delete_module": (176, 106),
    "clock_adjtime": (305, 266), "quotactl_fd": (443, 443), "iopl": (172, None), "ioperm": (173, None), "uselib": (134, None),
    "modify_ldt": (154, None), "vhangup": (153, 58), "sethostname": (170, 161), "setdomainname": (171, 162),
    "lsm_set_self_attr": (460, 460), "lookup_dcookie": (212, 18), "_sysctl": (156, None),
    "create_module": (174, None), "get_kernel_syms": (177, None), "query_module": (178, None), "nfsservctl": (180, 42),
    # what all share: the machine's allowance of asynchronous input and output, its disks' queues
    "io_setup": (206, 0), "io_destroy": (207, 1), "io_getevents": (208, 4), "io_submit": (209, 2), "io_cancel": (210, 3),
    "io_pgetevents": (333, 292), "sync": (162, 81), "syncfs": (306, 267),
    # which pages of files are in memory: a note for a later student, written by dropping some and read by asking
    "fadvise64": (221, 223), "readahead": (187, 213), "sync_file_range": (277, 84), "mincore": (27, 232),
    "cachestat": (451, 451), "preadv2": (327, 286), "pwritev2": (328, 287),
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
REFUSED_WITHOUT_NAMESPACES = {
    "timer_create": (222, 107),
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None),
    "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54), "utime": (132, None), "utimes": (235, None),
    "futimesat": (261, None), "utimensat": (280, 88), "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
}
# Placement and locking of memory, descriptors sent through sockets, pages handed over. A driver might ask for one of these, so
# the wide plan of a GPU allows them.
UNNEEDED = {
    "mbind": (237, 235), "set_mempolicy": (238, 237), "set_mempolicy_home_node": (450, 450), "mlock": (149, 228),
    "mlock2": (325, 284), "mlockall": (151, 230), "sendmsg": (46, 211), "sendmmsg": (307, 269), "vmsplice": (278, 75), "tee": (276, 77),
}
