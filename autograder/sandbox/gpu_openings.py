"""What a child that computes on a GPU may do beyond every other child: what NVIDIA's driver library needs, and no more.

Traced with driver 580 on an H100: `cuInit` fails as a whole (304, "OS call failed") when one of the first three is refused.

    the names of its own threads    it writes `/proc/self/task/TID/comm`; nothing can be made or removed there
    local sockets (AF_UNIX)         it binds an abstract name of its own and listens there. Only the types that cannot send to an
                                    address, and `connect` answers ENOENT without looking: the driver asks for a control daemon
                                    that is not there. So such a socket reaches nobody, not even at `reduced`
    device files                    those of this machine, with those of MIG below /dev/nvidia-caps
    /proc/driver/nvidia*, /sys      parameters of the driver; processors, memory and the PCI bus. At `reduced`, where /proc shows
                                    every process, single files of it instead of all

Refused although libraries ask for it: `memfd_create`. Memory behind a descriptor is not the child's resident memory, which is all
that the host can watch where address space cannot be limited; the traced driver does without.

A driver that needs more fails in `autograder doctor` and is tried there with the wide plan, which AUTOGRADER_GPU_PLAN=wide sets:
`memfd_create`, all of /sys and /proc, a process that can be inspected, and calls that seem to be without need (`UNNEEDED`).
"""

import glob
import os
import stat
from dataclasses import replace

from .confined.confine import Plan
from .confined.refused_calls import UNNEEDED

VARIABLE = "AUTOGRADER_GPU_PLAN"
OWN_THREADS = "/proc/self/task"
OF_PROC = ("/proc/devices", "/proc/modules", "/proc/filesystems", "/proc/version")
OF_SYS = ("/sys/devices/system", "/sys/bus/pci", "/sys/module/nvidia*")
NEEDED_FILES = ("/dev/nvidiactl", "/dev/nvidia-uvm")
DEVICE_FILES = ("/dev/nvidia*", "/dev/nvidia-caps/*", "/dev/nvidia-caps-imex-channels/*")


def is_wide() -> bool:
    """Whether the wide plan was asked for."""
    return os.environ.get(VARIABLE) == "wide"


def device_files() -> list[str]:
    """The device files that CUDA opens; not the folders that hold some of them."""
    found = {path for pattern in DEVICE_FILES for path in glob.glob(pattern)}
    return sorted(path for path in found if stat.S_ISCHR(os.stat(path).st_mode))


def missing_device_files() -> list[str]:
    """Device files without which CUDA cannot start; the first program that computes on the GPU makes them, but no confined one can."""
    return [path for path in NEEDED_FILES if not os.path.exists(path)]


def system_folders() -> list[str]:
    """What is readable below /sys: a GPU's own folder lies below the bus that it is plugged into."""
    if is_wide():
        return ["/sys"]
    buses = {"/".join(os.path.realpath(path).split("/")[:4]) for path in glob.glob("/sys/bus/pci/devices/*")}
    return sorted({path for pattern in OF_SYS for path in glob.glob(pattern)} | buses)


def driver_folders() -> list[str]:
    """Folders of the library path that hold the driver library."""
    folders = os.environ.get("LD_LIBRARY_PATH", "").split(":")
    return [folder for folder in folders if os.path.isabs(folder) and glob.glob(f"{glob.escape(folder)}/libcuda.so*")]


def added_to(plan: Plan) -> Plan:
    """The plan of a child that computes on a GPU."""
    own_proc = plan.namespaces or is_wide()
    of_proc = ["/proc"] if own_proc else [*OF_PROC, *sorted(glob.glob("/proc/driver/nvidia*"))]
    return replace(
        plan,
        readable=[*plan.readable, *of_proc, *system_folders(), *driver_folders()],
        devices=device_files(),
        rewritable=[OWN_THREADS],
        local_sockets=True,
        dumpable=is_wide(),
        allowed_calls=["bind", "listen", *(["memfd_create", *UNNEEDED] if is_wide() else [])],
        address_space=False,  # a limit breaks CUDA, which reserves far more than it uses
    )
