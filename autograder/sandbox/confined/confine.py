"""Take away from the freshly forked child everything that a student's code does not need, layer by layer.

The order matters: mounts need the capability that the user namespace takes away, the identity maps must be written while
the process may still be inspected, and seccomp comes last because it forbids what the other layers use.
"""

import os
import resource
from dataclasses import dataclass, field

from . import landlock, linux, seccomp

MIB = 1 << 20


@dataclass
class Plan:
    """What a child is allowed; the grading process writes it, the warm process carries it out."""

    namespaces: bool = True
    landlock: bool = True
    seccomp: bool = True
    readable: list[str] = field(default_factory=list)
    devices: list[str] = field(default_factory=list)  # device files of a GPU, writable
    rewritable: list[str] = field(default_factory=list)  # folders whose files may be written, with none made or removed
    local_sockets: bool = False  # sockets that nobody can connect to
    allowed_calls: list[str] = field(default_factory=list)  # among those that seccomp refuses otherwise
    dumpable: bool = False  # whether another process of its user may inspect it
    memory_mib: int = 2048
    address_space: bool = True  # a limit on address space breaks CUDA; then the host watches
    cpu_s: int = 30
    disk_mib: int = 64
    files: int = 4096
    threads: int = 64
    descriptors: int = 128


def enter_namespaces(plan: Plan, home: str) -> None:
    """Give the child mounts, network, System V objects and names of its own, and an empty disk of limited size."""
    linux.unshare(linux.CLONE_NEWNS | linux.CLONE_NEWNET | linux.CLONE_NEWIPC | linux.CLONE_NEWUTS | linux.CLONE_NEWCGROUP)
    linux.mount("none", "/", "none", linux.MS_REC | linux.MS_PRIVATE)
    flags = linux.MS_NOSUID | linux.MS_NODEV
    linux.mount("tmpfs", home, "tmpfs", flags, f"size={plan.disk_mib}m,nr_inodes={plan.files},mode=700")
    linux.mount("tmpfs", "/dev/shm", "tmpfs", flags, "size=16m,nr_inodes=64,mode=700")
    os.mkdir(f"{home}/tmp")
    if not python_in_tmp(plan):  # else /tmp stays as it is, read-only; TMPDIR names the child's own folder anyway
        linux.mount(f"{home}/tmp", "/tmp", "none", linux.MS_BIND)
    linux.mount("proc", "/proc", "proc", flags | linux.MS_NOEXEC)


def python_in_tmp(plan: Plan) -> bool:
    """Whether this Python stands below /tmp, as in a kit that was cloned there: a mount over /tmp would hide it."""
    return any(path.startswith("/tmp/") for path in plan.readable)


def enter_user_namespace() -> None:
    """Move into a user namespace that owns none of the child's other namespaces, so its capabilities reach nothing."""
    user, group = os.geteuid(), os.getegid()
    linux.unshare(linux.CLONE_NEWUSER)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def limit_resources(plan: Plan) -> None:
    """Set the limits that the kernel keeps per process."""
    limits = {
        resource.RLIMIT_CPU: plan.cpu_s,
        resource.RLIMIT_FSIZE: plan.disk_mib * MIB,
        resource.RLIMIT_NOFILE: plan.descriptors,
        resource.RLIMIT_CORE: 0,
    }
    # Counted per user and user namespace: only in a namespace of its own are the child's threads counted alone. Elsewhere
    # seccomp forbids processes, and where there is no seccomp the user's other processes need room beside the child's.
    if hasattr(resource, "RLIMIT_NPROC") and (plan.namespaces or not plan.seccomp):
        limits[resource.RLIMIT_NPROC] = plan.threads if plan.namespaces else 1024
    if plan.address_space and os.path.exists("/proc/self/statm"):
        with open("/proc/self/statm") as file:
            already = int(file.read().split()[0]) * resource.getpagesize()
        limits[resource.RLIMIT_AS] = already + plan.memory_mib * MIB
    for which, most in limits.items():
        ceiling = resource.getrlimit(which)[1]
        most = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
        resource.setrlimit(which, (most, most))


def give_up_rights(plan: Plan, writable: list[str]) -> None:
    """Drop capabilities and apply Landlock and seccomp; nothing of this can be undone."""
    linux.drop_capabilities()
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    if plan.landlock:
        landlock.restrict(plan.readable, [*writable, "/dev/null", *plan.devices], plan.rewritable)
    linux.prctl(linux.PR_SET_DUMPABLE, int(plan.dumpable))
    if plan.seccomp:
        seccomp.install(os.getpid(), plan.namespaces, plan.local_sockets, plan.allowed_calls)
