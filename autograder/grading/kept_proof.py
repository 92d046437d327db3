"""A proof that is kept for the next run: for many runs in a row on one machine, such as the kit's own tests; asked for by `--prove kept`.

It stands for a proof only under the name of everything that could change its outcome: the kit, every installed package, system and
processor, device, card and driver, level of isolation, problems and seed. What such a name cannot hold (a disk that has filled up since, memory
of the GPU that another program took) is why it is not the default, counts for a day at most, and is never used to prove a grader again.
It is written only after full marks, into a folder that nobody but the grader's user can read or write and that no sandbox shows.
"""

import contextlib
import hashlib
import json
import os
import platform
import stat
import sys
import time
from pathlib import Path

from ..sandbox import gpu
from .options import Options
from .proof import Proof

AGE_S = 24 * 3600
INSTALLED = (".dist-info", ".egg-info")  # folders whose names tell package and version
# Of the environment, what libraries listen to.
LISTENED_TO = ("CUDA", "CUBLAS", "NVIDIA", "TORCH", "PYTORCH", "OMP_", "MKL_", "OPENBLAS", "LD_", "PYTHON", "GLIBC")


def find(options: Options, isolation: str) -> Proof | None:
    """The proof of an earlier run that still stands for one of this, or None."""
    with contextlib.suppress(OSError, RuntimeError, ValueError, KeyError, TypeError):
        path = _place(options, isolation)
        if path is not None and 0 <= time.time() - path.stat().st_mtime < AGE_S:
            return Proof(float(json.loads(path.read_text())["seconds"]), kept=True)
    return None


def keep(options: Options, isolation: str, proof: Proof) -> None:
    """Keep a proof that has just held; a folder that cannot be used keeps none."""
    with contextlib.suppress(OSError, RuntimeError):  # the latter where nobody knows the home folder
        path = _place(options, isolation)
        if path is not None:
            scratch = path.with_name(f".{path.name}.{os.getpid()}")
            scratch.write_text(json.dumps({"seconds": proof.seconds}))
            scratch.replace(path)


def forget(options: Options, isolation: str) -> None:
    """A proof under these conditions has failed: what was kept stands for nothing any more."""
    with contextlib.suppress(OSError, RuntimeError):  # the latter where nobody knows the home folder
        path = _place(options, isolation)
        if path is not None:
            path.unlink(missing_ok=True)


def _place(options: Options, isolation: str) -> Path | None:
    """Where the proof for these conditions is kept, None where there is no private place or the kit cannot be told from another.

    Raises:
        OSError: the folder cannot be made.
    """
    try:
        from ..classes.fingerprint import kit_hash
    except ImportError:  # as packed for Gradescope, whose every run has a machine of its own
        return None
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "autograder-proofs"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.geteuid() or about.st_mode & 0o077:
        return None
    return folder / f"{hashlib.sha256(json.dumps([kit_hash(), *conditions(options, isolation)]).encode()).hexdigest()}.json"


def conditions(options: Options, isolation: str) -> list:
    """Everything beside the kit that could change the outcome of a proof."""
    packages = sorted(
        {name for folder in sys.path if os.path.isdir(folder) for name in os.listdir(folder) if name.endswith(INSTALLED)}
    )
    heard = sorted(f"{name}={value}" for name, value in os.environ.items() if name.startswith(LISTENED_TO) and name != "PYTHONPATH")
    card = gpu.identity() if options.device != "cpu" else ""
    return [
        packages,
        list(platform.uname()),
        platform.python_build(),
        _processor(),
        heard,
        options.device,
        card,
        isolation,
        options.problems,
        options.seed,
        options.require_full,
        options.children,
    ]


def _processor() -> list[str]:
    """What decides which kernels torch takes."""
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as file:
        return sorted({line.strip() for line in file if line.startswith(("model name", "flags", "Features"))})
    return [platform.processor()]
