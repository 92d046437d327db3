"""What this machine's graders compute on."""

import os
import subprocess
import sys

from .entries import ClassError
from .worker import environment

GPU_DEVICES = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")


def usable_device_here(name: str) -> str:
    """`cpu` or `cuda`, found out without importing torch in this process.

    Raises:
        ClassError: a GPU was asked for and there is none.
    """
    if name == "cpu" or name == "auto" and not any(os.path.exists(path) for path in GPU_DEVICES):
        return "cpu"
    code = "from autograder.grading.options import chosen_device; import sys; print(chosen_device(sys.argv[1]))"
    asked = subprocess.run([sys.executable, "-c", code, name], env=environment(), capture_output=True, text=True)
    if asked.returncode:
        lines = asked.stderr.strip().splitlines()
        raise ClassError((lines[-1] if lines else "torch could not be asked for a GPU").split("UsageError: ")[-1])
    return asked.stdout.split()[-1]
