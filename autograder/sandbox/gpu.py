"""How much of a GPU's memory is free, and how much one process holds: asked of NVIDIA's management library.

Asking does not open the GPU: there is no context, and a process that asks can still be forked. Where there is no NVIDIA
driver, or it does not tell (as in some containers), nothing is known and nothing is limited.
"""

import contextlib
import functools
import os
from typing import Any

MIB = 1 << 20


@functools.cache
def _devices() -> tuple[Any, list]:
    """The library and a handle of each GPU that this process may use."""
    try:
        import pynvml

        pynvml.nvmlInit()
        count = pynvml.nvmlDeviceGetCount()
        chosen = os.environ.get("CUDA_VISIBLE_DEVICES", ",".join(str(number) for number in range(count)))
        handles = [
            pynvml.nvmlDeviceGetHandleByIndex(int(word))
            if word.strip().isdigit()
            else pynvml.nvmlDeviceGetHandleByUUID(word.strip())
            for word in chosen.split(",")
            if word.strip()
        ]
    except Exception:  # no library, no driver, no such GPU
        return None, []
    return pynvml, handles


def free_mib() -> float | None:
    """Free memory of the GPU that torch uses, in MiB; None when it is not known."""
    library, handles = _devices()
    if handles:
        with contextlib.suppress(library.NVMLError):
            return library.nvmlDeviceGetMemoryInfo(handles[0]).free / MIB
    return None


def identity() -> str:
    """The cards and the version of their driver, in words; empty when they are not known."""
    library, handles = _devices()
    with contextlib.suppress(Exception):
        names = [f"{library.nvmlDeviceGetName(handle)} {library.nvmlDeviceGetUUID(handle)}" for handle in handles]
        return f"{names} {library.nvmlSystemGetDriverVersion()}"
    return ""


def held_mib(pid: int) -> float:
    """Memory of all GPUs that a process holds, in MiB; 0 when it is not known."""
    library, handles = _devices()
    held = 0.0
    for handle in handles:
        with contextlib.suppress(library.NVMLError):
            held += sum(
                (process.usedGpuMemory or 0) / MIB
                for process in library.nvmlDeviceGetComputeRunningProcesses(handle)
                if process.pid == pid
            )
    return held
