"""`autograder doctor`: what this machine offers for confining students' code, what works in there, and what to install."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from collections.abc import Callable, Iterator

import click
from rich.table import Table
from rich.text import Text

from .results.terminal import page_console
from .sandbox import isolation as levels
from .sandbox import gpu_openings
from .sandbox.confined import landlock, seccomp
from .sandbox.device_trial import Trial, trial

Row = tuple[str, bool, str]


@click.command()
def doctor() -> None:
    """Say what this machine offers for grading, and what to install."""
    on_processor = trial("cpu")
    table = Table.grid(padding=(0, 2))
    for name, good, words in [*rows(), *devices(on_processor)]:
        table.add_row(Text("OK" if good else "--", "green" if good else "yellow"), Text(name), Text(words))
    console = page_console()
    console.print(table)
    console.print(Text(f"\n{verdict(on_processor)}"))


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
        (
            "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
            lambda value: value == 0,
            "sysctl kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile for bwrap",
        ),
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


def devices(on_processor: Trial) -> Iterator[Row]:
    """Whether a confined child computes on each device, found out by computing there."""
    yield "child on processor", on_processor.works, on_processor.words
    if not gpu()[0] and not gpu_openings.device_files():
        return
    on_gpu = trial("cuda")
    yield "child on GPU", on_gpu.works, on_gpu.words if on_gpu.works else f"{on_gpu.words}; {remedy(on_gpu)}"


def remedy(failed: Trial) -> str:
    """What to do about a GPU that does not work in a confined child, found out by trying."""
    if missing := gpu_openings.missing_device_files():
        return f"there is no {missing[0]}: as root, run `nvidia-modprobe -u -c=0`, or in a container show it this device"
    if not works_outside():
        return "it does not work outside of the sandbox either: see whether torch fits the driver (`nvidia-smi` shows its version)"
    if failed.isolation is None:
        return "see the lines above for what this machine lacks"
    if not gpu_openings.is_wide():
        os.environ[gpu_openings.VARIABLE] = "wide"
        try:
            if trial("cuda").works:
                return (
                    f"its driver needs more than usual: it works with {gpu_openings.VARIABLE}=wide in the environment (docs/gpu.md)"
                )
        finally:
            del os.environ[gpu_openings.VARIABLE]
    return (
        "outside of the sandbox it works; until that is mended, grade with --device cpu (docs/gpu.md says how to find the reason)"
    )


def works_outside() -> bool:
    """Whether the GPU computes without a sandbox, in a process of its own."""
    code = "import torch; x = torch.ones(4, 4, device='cuda'); raise SystemExit(float((x @ x).sum()) != 64)"
    return not subprocess.run([sys.executable, "-c", code], capture_output=True).returncode


def verdict(on_processor: Trial) -> str:
    """What grading would do here."""
    level = on_processor.isolation
    if level is None or not on_processor.works:
        return f"Grading does not work here: {on_processor.words}"
    if level == levels.FULL:
        return "Isolation: full. Students' code sees its own files, Python and torch, and nothing else."
    return f"Isolation: {level}"
