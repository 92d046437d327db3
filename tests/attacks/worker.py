"""A grading process for the attacks: deadlines and limits are short, and layers of isolation can be taken away.

    python -m tests.attacks.worker DESCRIPTOR

It is `autograder.classes.worker` with what the variable `ATTACKED_LAYERS` says changed before it starts.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

from autograder.classes import worker
from autograder.course import problems
from autograder.sandbox import isolation, own_time
from autograder.sandbox.confined.confine import Plan
from autograder.sandbox.limits import Limits

VARIABLE = "ATTACKED_LAYERS"
LIMITS = Limits(check_s=1, problem_s=2.2, cpu_s=20, memory_mib=256, timeouts=1)
NO_LIMITS = {"files": 1 << 20, "descriptors": 1 << 20}


def weaker_limits(limits: Limits, without: Sequence[str]) -> Limits:
    """The limits, or none that an attack would reach."""
    return (
        limits if "limits" not in without else replace(limits, cpu_s=1 << 20, memory_mib=1 << 20, disk_mib=1 << 12, threads=1 << 15)
    )


def weaker_plan(plan_for: Callable[..., Plan], without: Sequence[str], of: str = "cpu") -> Callable[..., Plan]:
    """`isolation.plan_for` with `landlock`, `seccomp` or `limits` left out, for the processor or a `gpu`."""

    def weaker(level: isolation.Isolation, device: str) -> Plan:
        plan = plan_for(level, "cuda" if of == "gpu" else device)
        found = replace(
            plan, landlock=plan.landlock and "landlock" not in without, seccomp=plan.seccomp and "seccomp" not in without
        )
        return replace(found, **NO_LIMITS) if "limits" in without else found  # type: ignore[arg-type]

    return weaker


def weaken(level: str, without: Sequence[str], plan: str, mark: str) -> None:
    """Change this process.

    Args:
        level: the level of isolation to begin with.
        without: layers to be left out.
        plan: `cpu` or `gpu`, whose plan children get.
        mark: put into the environment of every process of the sandbox, so that one that is left over can be found.
    """
    for problem in problems().values():
        object.__setattr__(problem, "limits", weaker_limits(LIMITS, without))
    own_time.STARVED_FACTOR = 50  # a busy machine makes an attack's end later; whose fault it is does not change
    isolation.ENVIRONMENT["ATTACK_RUN"] = mark
    isolation.candidates = lambda: [isolation.Isolation(level, "" if level == "full" else "asked for by a test")]
    isolation.plan_for = weaker_plan(isolation.plan_for, without, plan)


if __name__ == "__main__":
    weaken(**json.loads(os.environ[VARIABLE]))
    worker.main(int(sys.argv[1]))
