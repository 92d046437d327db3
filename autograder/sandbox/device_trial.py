"""Whether a device really computes in a confined child: found out by computing there, as students' code will.

That a driver is installed, or that it answers outside of the sandbox, proves nothing.
"""

import contextlib
import time
from dataclasses import dataclass

from .faults import SandboxFault, StudentFault
from .isolation import Isolation
from .limits import Limits
from .student import Student
from .warm import WarmProcess

TRIAL_S = 60  # for the first product; a driver that was not used for a while needs some seconds
NAME = {"cpu": "the processor", "cuda": "the GPU"}
# A product of matrices of twos and its gradient: small whole numbers, exact on every device.
CODE = b"""
import torch

def product(device):
    matrix = torch.full((4, 4), 2.0, device=device, requires_grad=True)
    total = (matrix @ matrix).sum()
    total.backward()
    return [total.item(), matrix.grad.sum().item()]
"""
EXPECTED = [256.0, 256.0]


@dataclass(frozen=True)
class Trial:
    """How a device did: whether it works, seconds until a new child had its first product, and a sentence for people.

    `isolation` is the level that was tried, None when the warm process did not even start.
    """

    works: bool
    seconds: float
    words: str
    isolation: Isolation | None = None


def trial(device: str, warm: WarmProcess | None = None, require_full: bool = False) -> Trial:
    """Compute one product and its gradient in a confined child.

    Args:
        device: `cpu` or `cuda`.
        warm: a warm process of this device that runs already and goes on running; without one, one is started and ended
            (some seconds).
        require_full: as of `WarmProcess`.
    Returns:
        the outcome; whatever breaks, nothing is raised, and `words` is one sentence that says what and, where it is known,
        what to do.
    """
    started = time.monotonic()
    try:
        if warm is not None:
            return _tried(device, warm)
        with contextlib.closing(WarmProcess(device, require_full)) as own:
            return _tried(device, own)
    except SandboxFault as fault:
        return Trial(False, time.monotonic() - started, f"{NAME[device]} cannot be used: {_one_sentence(fault)}")


def _tried(device: str, warm: WarmProcess) -> Trial:
    level = warm.isolation
    setup = {"declared": ["trial"], "seed": 1, "device": device}
    student = Student(warm, {"trial.py": CODE}, ["trial.py"], setup, Limits(check_s=TRIAL_S))
    started = time.monotonic()
    try:
        found = student.trial.product(device)
        seconds = time.monotonic() - started
        if found == EXPECTED:
            return Trial(True, seconds, f"{NAME[device]} works; a child's first product took {seconds:.2f} s", level)
        return Trial(False, seconds, f"{NAME[device]} computes a wrong product in a confined child", level)
    except (SandboxFault, StudentFault) as fault:
        seconds = time.monotonic() - started
        return Trial(False, seconds, f"{NAME[device]} does not work in a confined child: {_one_sentence(fault)}", level)
    finally:
        student.close()


def _one_sentence(fault: SandboxFault | StudentFault) -> str:
    """What broke, without the call in which it did and without the line of our own code."""
    said = getattr(fault, "details", "") or str(fault)
    return said.splitlines()[0][:300]
