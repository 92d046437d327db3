"""How strongly this machine can confine a student's code, and the command that starts the warm process accordingly.

Three levels, the strongest that works is taken:
`full`      bubblewrap's namespaces around everything, then namespaces, Landlock, seccomp and limits for each child
`reduced`   no namespaces: Landlock, seccomp and limits (a container that forbids user namespaces)
`process`   a process of its own with limits, nothing more (macOS, old kernels)
"""

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

from . import gpu_openings
from ..places import COURSE_ROOT, KIT_ROOT
from .confined import landlock, seccomp
from .confined.confine import Plan
from .faults import SandboxFault

CONFINED = Path(__file__).parent / "confined"
KIT_PACKAGE = __name__.partition(".")[0]
INSIDE = "/kit"
UNPRIVILEGED = 65534
SYSTEM_FOLDERS = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")  # not all of /dev: there are disks and terminals, too
# Without a process namespace /proc shows every process, and a command line may hold a seed.
OF_PROC = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/sys/kernel", "/proc/sys/vm")
SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/alternatives", "/sys/devices/system/cpu")
ENVIRONMENT = {
    # One thread: a second one in the warm process would make every fork hang, and sums in another order change digits.
    # A compiler would have to be run, which no child may: torch.compile gives back what it gets, and the values are the same.
    "TORCH_COMPILE_DISABLE": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PATH": "/usr/bin:/bin",
    "HOME": "/submission",
    "USER": "student",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "Agg",
    # Huge pages make the page tables that a fork copies smaller: 4 instead of 8 ms of processor time for each child.
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "PYTHONMALLOC": "malloc",
    # Asking the driver through NVML does not open the GPU; opening it before the fork would break every child.
    "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
    # A child's disk is empty at first and gone at its end, and what has come there ends its turn: compilers for a GPU keep nothing there.
    "CUDA_CACHE_DISABLE": "1",
    "USE_PYTORCH_KERNEL_CACHE": "0",
}
# An empty `libcuda.so.1`, first on the library path of those who compute on the processor. The first gradient counts the GPUs,
# for which torch would load the driver; that starts a thread, and a warm process with two cannot be forked.
NO_DRIVER = "no_driver"
# Where the machine's GPU driver is and which GPU to use; passed on only when children compute on one.
GPU_VARIABLES = ("LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES")


@dataclass(frozen=True)
class Isolation:
    """A level of confinement and the sentence that says what is missing (empty at the full level)."""

    level: str
    missing: str = ""

    def __str__(self) -> str:
        return f"{self.level}: {self.missing}" if self.missing else self.level


FULL = Isolation("full")
NO_SERVICES: Mapping[str, Path] = MappingProxyType({})


def candidates() -> list[Isolation]:
    """The levels worth trying on this machine, strongest first."""
    if sys.platform != "linux":
        return [Isolation("process", f"{sys.platform} offers limits only; student code can read files and use the network")]
    found = []
    if not shutil.which("bwrap"):
        why = "no namespaces, because bubblewrap is not installed (Debian, Ubuntu: apt-get install bubblewrap)"
    elif not landlock.version() or not seccomp.available():
        why = "no Landlock or seccomp on this kernel"
    else:
        found.append(FULL)
        why = "no namespaces, because this system does not let bubblewrap create them"
    if landlock.version() and seccomp.available():
        found.append(Isolation("reduced", why))
    else:
        found.append(Isolation("process", "limits only: this kernel has no Landlock or no seccomp"))
    return found


def plan_for(isolation: Isolation, device: str) -> Plan:
    """What a child is allowed at a level, apart from the limits of its problem."""
    full = isolation.level == "full"
    plan = Plan(
        namespaces=full,
        landlock=isolation.level != "process",
        seccomp=isolation.level != "process",
        readable=[
            *readable_folders(),
            f"{INSIDE}/confined" if full else str(CONFINED),
            *(["/proc"] if full else OF_PROC),
            *DEVICES,
            *SYSTEM_FILES,
        ],
    )
    return plan if device == "cpu" else gpu_openings.added_to(plan)


def as_request(plan: Plan) -> dict:
    """The plan as it travels to the warm process."""
    return asdict(plan)


def readable_folders() -> list[str]:
    """System folders and every folder that this Python imports from, the kit itself excepted."""
    python = {sys.prefix, sys.base_prefix, sys.exec_prefix, str(Path(sys.executable).resolve().parents[1])}
    python |= {path for path in sys.path if path.endswith("-packages") and os.path.isdir(path)}
    folders = [path for path in SYSTEM_FOLDERS if os.path.isdir(path)]
    folders += [path for path in sorted(python) if path != "/" and not _inside_any(path, folders)]
    return [path for path in folders if not KIT_ROOT.is_relative_to(path) or path in SYSTEM_FOLDERS or path in python]


def kits_in_sight() -> list[str]:
    """This kit, and copies of it that were installed as a package, where they lie in a folder that has to be readable."""
    readable = readable_folders()
    found = [str(root) for root in dict.fromkeys((KIT_ROOT, COURSE_ROOT)) if _inside_any(str(root), readable)]
    copies = [f"{path}/{KIT_PACKAGE}" for path in sys.path if path.endswith("-packages")]
    return found + [path for path in dict.fromkeys(copies) if os.path.isdir(f"{path}/sandbox")]


def environment(isolation: Isolation, device: str) -> dict[str, str]:
    """The environment of the warm process and its children."""
    if device != "cpu":
        return ENVIRONMENT | {name: os.environ[name] for name in GPU_VARIABLES if name in os.environ}
    confined = f"{INSIDE}/confined" if isolation.level == "full" else str(CONFINED)
    return ENVIRONMENT | {"CUDA_VISIBLE_DEVICES": "", "LD_LIBRARY_PATH": f"{confined}/{NO_DRIVER}"}


def services_folder(isolation: Isolation, name: str, folder: Path) -> str:
    """Where children find the services of a part; they import them before they give up the right to read them."""
    return f"{INSIDE}/services/{name}" if isolation.level == "full" else str(folder)


def command(
    isolation: Isolation, descriptor: int, device: str, services: Mapping[str, Path] = NO_SERVICES, careful: bool = False
) -> list[str]:
    """The command line that starts the warm process at a level.

    Args:
        isolation: the level.
        descriptor: its inherited socket.
        device: what children will compute on.
        services: the folders of the services of the parts at hand, by the parts' names.
        careful: compute no gradient in it.
    Raises:
        SandboxFault: the kit lies where this level could not hide it.
    """
    folder = INSIDE if isolation.level == "full" else str(CONFINED.parent)
    extra = [path for path in sys.path if path.endswith("-packages")]
    places = [services_folder(isolation, name, folder) for name, folder in services.items()]
    start = (
        f"import gc, sys; gc.disable(); sys.path[:1] = [{folder!r}]; sys.path += [p for p in {extra!r} if p not in sys.path]; "
        f"from confined import warm; warm.main({descriptor}, {not careful}, {places!r})"
    )
    python = [sys.executable, "-s", "-B", "-c", start]
    if isolation.level == "reduced" and (found := kits_in_sight()):
        raise SandboxFault(
            f"without namespaces students' code could read {found[0]}, which lies among what it has to read; "
            "put the kit into a folder of its own and install it with ./install"
        )
    if isolation.level != "full":
        return python
    sources, own, arguments = _bubblewrap(isolation, device, services)
    wrapped = [str(shutil.which("bwrap")), *arguments, *python]
    if os.geteuid():
        return wrapped
    # Limits on processes do not bind root, so root first becomes nobody; what only root can reach is staged before.
    return [
        sys.executable,
        "-I",
        str(Path(__file__).with_name("as_nobody.py")),
        str(UNPRIVILEGED),
        *sources,
        "--own",
        *own,
        "--",
        *wrapped,
    ]


def _bubblewrap(
    isolation: Isolation, device: str, services: Mapping[str, Path] = NO_SERVICES
) -> tuple[list[str], list[str], list[str]]:
    """The sources that root has to stage, the kit's own folders among what is shown, and the arguments of bubblewrap."""
    shown: dict[str, str] = {path: "--ro-bind" for path in readable_folders() if not os.path.islink(path)}
    shown |= {path: "--ro-bind" for path in SYSTEM_FILES if os.path.exists(path)}
    shown |= dict.fromkeys(kits_in_sight(), "--tmpfs")  # checks and solutions stay out of sight wherever the kit was put
    if device != "cpu":
        shown |= dict.fromkeys(gpu_openings.device_files(), "--dev-bind")
        shown |= dict.fromkeys([*gpu_openings.system_folders(), *gpu_openings.driver_folders()], "--ro-bind")
    arguments = [
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--clearenv",
        "--cap-add",
        "CAP_SYS_ADMIN",
        "--uid",
        "1000",
        "--gid",
        "1000",
        "--hostname",
        "grader",
        "--proc",
        "/proc",
        "--tmpfs",
        "/dev",
        "--tmpfs",
        "/tmp",
    ]  # before the folders below: the kit or its Python may stand in /tmp
    for path in DEVICES:  # not --dev: its second user namespace breaks setns
        arguments += ["--dev-bind", path, path]
    for path in SYSTEM_FOLDERS:
        if os.path.islink(path):
            arguments += ["--symlink", os.readlink(path), path]
    for path, how in sorted(shown.items()):  # outer folders first, so that inner ones are laid over them
        arguments += [how, path] if how == "--tmpfs" else [how, path, path]
    ours = {str(CONFINED): f"{INSIDE}/confined"} | {
        str(folder): services_folder(FULL, name, folder) for name, folder in services.items()
    }
    for path, place in ours.items():
        arguments += ["--ro-bind", path, place]
    arguments += ["--dir", "/dev/shm", "--dir", "/submission", "--remount-ro", "/", "--chdir", "/"]
    for name, value in environment(isolation, device).items():
        arguments += ["--setenv", name, value]
    return [path for path, how in shown.items() if how == "--ro-bind"], list(ours), arguments


def _inside_any(path: str, folders: list[str]) -> bool:
    return any(Path(path).is_relative_to(folder) for folder in folders)
