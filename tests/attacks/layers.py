"""Attacks alone, in one child each, with layers of isolation taken away: which layer stops which.

    python -m tests.attacks.layers [LEVEL ...]      the proofs below, as JSON: what succeeded where

No check runs here: the student's module is imported and used once, and an attack that gets through prints so.
"""

import contextlib
import json
import sys
import tempfile
from collections.abc import Container, Iterable
from dataclasses import replace
from pathlib import Path
from unittest import mock

import torch

from autograder.sandbox import isolation
from autograder.sandbox.faults import SandboxFault, StudentFault
from autograder.sandbox.isolation import Isolation
from autograder.sandbox.held import Held
from autograder.sandbox.student import Student
from autograder.sandbox.warm import WarmProcess

from . import suite
from .suite import Layers
from .worker import LIMITS, weaker_limits, weaker_plan

LEVELS = ("full", "reduced", "process")
FULL = Layers()
PATIENT = replace(LIMITS, check_s=30, problem_s=60)  # nothing here loops, and what is slow on a busy disk has not been stopped
# Without Landlock comes last of those that share a warm process: what it lets an attack leave there stays there.
EVERY = (
    FULL,
    Layers("full", ("seccomp",)),
    Layers("full", ("limits",)),
    Layers("full", ("landlock",)),
    Layers("reduced"),
    Layers("reduced", ("seccomp",)),
    Layers("reduced", ("landlock",)),
    Layers("process"),
)

# With these layers each of these attacks gets through, and without the removal none does: no layer is decoration.
# `reduced` is `full` without namespaces; `process` is that without Landlock and seccomp.
PROOFS = {
    Layers("full", ("landlock",)): ("state_from_student_to_student_b",),
    Layers("full", ("seccomp",)): (
        "fork",
        "network_of_every_family",
        "lock_shared_files",
        "start_a_program",
        "state_in_the_page_cache_a",
        "state_in_the_page_cache_b",
        "fill_the_machines_aio",
    ),
    Layers("full", ("limits",)): ("many_threads", "fill_the_descriptors", "fill_the_inodes", "eat_shared_memory"),
    Layers("reduced"): ("fill_the_inodes",),
    Layers("reduced", ("landlock",)): ("read_the_solution", "read_a_private_file", "delete_a_private_file", "read_command_lines"),
    Layers("reduced", ("seccomp",)): ("fork", "chmod_a_private_file"),
    Layers("process"): (
        "read_hidden_checks",
        "overwrite_a_private_file",
        "import_the_kit",
        "import_the_reference",
        "start_a_program",
    ),
}


class Alone:
    """Runs attacks one by one on the warm processes of one set of grounds.

    Args:
        root: an empty folder.
    """

    def __init__(self, root: Path):
        self.grounds = suite.Grounds(root)
        self.grounds.add_honest("aaa_honest_before")
        for name in ("grades.csv", "results/x.json"):
            suite.write_files(self.grounds.out, {name: b"student,total\n"})
        self.warm: dict[tuple[str, str], WarmProcess] = {}

    def close(self) -> None:
        """End the warm processes."""
        for process in self.warm.values():
            process.close()

    def process(self, level: str, plan: str) -> WarmProcess:
        """The warm process of a level whose children get the plan of the processor or of a GPU.

        Raises:
            SandboxFault: this machine does not offer the level.
        """
        if (level, plan) not in self.warm:
            device = "cuda" if plan == "gpu" else "cpu"
            process = WarmProcess(device, at_most=Isolation(level, "" if level == "full" else "asked for by a test"))
            process.wait_until_ready()
            self.warm[level, plan] = process
        return self.warm[level, plan]

    def succeeds(self, name: str, layers: Layers) -> bool:
        """Whether an attack gets through: it says so, or has left something outside of its sandbox.

        Raises:
            SandboxFault: this machine does not offer the level.
        """
        process = self.process(layers.level, layers.plan)
        self.grounds.add_attack(name)
        folder = self.grounds.folder / name
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        setup = {"declared": ["models", "training"], "seed": 1, "device": "cpu"}
        plan_for = weaker_plan(isolation.plan_for, layers.without, layers.plan)
        with mock.patch.object(isolation, "plan_for", plan_for):
            student = Student(process, files, ["models/softmax.py"], setup, weaker_limits(PATIENT, layers.without))
            self._use(student)
            student.close()
        said = any(line.startswith(suite.CLAIM) for line in student.printed.decode("utf-8", "replace").splitlines())
        return bool(self.grounds.traces()) or said

    def _use(self, student: Student) -> None:
        with contextlib.suppress(StudentFault, SandboxFault):  # without seccomp it can end itself as the machine would
            model = student.models.softmax.Softmax((3, 4, 4), 5)
            if isinstance(model, Held):  # and not what an attack has put in its place
                model(torch.zeros(2, 3, 4, 4))


def friends_first(alone: Alone, layers: Layers, names: Iterable[str]) -> dict[str, bool]:
    """Which of the attacks get through; what one leaves for its friend has to be there first."""
    found = {}
    for name in names:
        if name == "state_from_student_to_student_b":
            alone.succeeds("state_from_student_to_student_a", layers)
        found[name] = alone.succeeds(name, layers)
    return found


def proofs(levels: Container[str] = LEVELS) -> dict[str, dict[str, bool] | str]:
    """For full isolation and every weaker set of layers, which of the attacks named above get through.

    Args:
        levels: sets of layers that begin with another level are left out.
    """
    found: dict[str, dict[str, bool] | str] = {}
    everything = list(dict.fromkeys(name for names in PROOFS.values() for name in names))
    with tempfile.TemporaryDirectory(prefix="attacks-") as root:
        alone = Alone(Path(root))
        try:
            with alone.grounds.server():
                for layers, names in {FULL: everything, **PROOFS, Layers("reduced"): everything}.items():
                    try:
                        if layers.level in levels:
                            found[str(layers)] = friends_first(alone, layers, names)
                    except SandboxFault as fault:
                        found[str(layers)] = str(fault)
        finally:
            alone.close()
    return found


if __name__ == "__main__":
    json.dump(proofs(sys.argv[1:] or LEVELS), sys.stdout)
