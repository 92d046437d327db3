"""`autograder doctor`: what this machine offers for confining students' code, and what to install."""
import os
import platform
import shutil
import sys
from pathlib import Path
from collections.abc import Callable, Iterator

import click
from rich.table import Table
from rich.text import Text

from .results.terminal import page_console
from .sandbox import isolation as levels
from .sandbox.confined import landlock, seccomp
from .sandbox.faults import SandboxFault
from .sandbox.warm import WarmProcess

Row = tuple[str, bool, str]


@click.command()
def doctor() -> None:
    """Say what this machine offers for grading, and what to install."""
    table = Table.grid(padding=(0, 2))
    for name, good, words in rows():
        table.add_row(Text("OK" if good else "--", "green" if good else "yellow"), Text(name), Text(words))
    console = page_console()
    console.print(table)
    console.print(Text(f"\n{verdict()}"))


def rows() -> Iterator[Row]:
    """One row a feature: its name, whether it is there, and words."""
    yield "system", sys.platform == "linux", f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    yield from linux_rows() if sys.platform == "linux" else ()
    yield "GPU", *gpu()
    yield "processors", True, f"{len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()} usable"


def linux_rows() -> Iterator[Row]:
    """The layers of isolation on Linux."""
    found = shutil.which("bwrap")
    yield "bubblewrap", bool(found), found or "not installed; Debian and Ubuntu: apt-get install bubblewrap"
    yield "user namespaces", *user_namespaces()
    abi = landlock.version()
    yield "Landlock", bool(abi), f"version {abi}" if abi else "not in this kernel (Linux 5.13 and newer have it)"
    there, machine = seccomp.available(), platform.machine()
    yield "seccomp", there, machine if there else f"no filter is written for {machine}"
    cgroups = Path("/sys/fs/cgroup/cgroup.controllers").exists()
    yield "cgroups", cgroups, f"version 2 {'is' if cgroups else 'is not'} mounted; not needed, limits are set for each process"


def user_namespaces() -> tuple[bool, str]:
    """Whether an ordinary user may create user namespaces."""
    settings: list[tuple[str, Callable[[int], bool], str]] = [
        ("/proc/sys/user/max_user_namespaces", lambda value: value > 0, "sysctl user.max_user_namespaces=10000"),
        ("/proc/sys/kernel/unprivileged_userns_clone", lambda value: value == 1, "sysctl kernel.unprivileged_userns_clone=1"),
        ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", lambda value: value == 0,
         "sysctl kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile for bwrap"),
    ]
    for path, good, remedy in settings:
        if Path(path).exists() and not good(int(Path(path).read_text())):
            return False, f"forbidden by {path}; as root: {remedy}"
    return True, "allowed"


def gpu() -> tuple[bool, str]:
    """The GPU, if torch sees one."""
    import torch
    if torch.cuda.is_available():
        return True, torch.cuda.get_device_name(0)
    return False, "torch sees none; grading runs on the processor"


def verdict() -> str:
    """What grading would do here, found out by starting the warm process."""
    warm = None
    try:
        warm = WarmProcess()
        level = warm.isolation
    except SandboxFault as error:
        return f"Grading does not work here: {error}"
    finally:
        if warm is not None:
            warm.close()
    if level == levels.FULL:
        return "Isolation: full. Students' code sees its own files, Python and torch, and nothing else."
    return f"Isolation: {level}"
