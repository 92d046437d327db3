"""The same hidden checks without any isolation: the student's code runs in the process that judges it.

Two uses, both for comparison only:

    pytest -p tests.benchmarks.in_process autograder --submission PATH       one plain pytest process a submission
    python -m tests.benchmarks.in_process DESCRIPTOR                         a grading process that stays warm

What remains of the harness is the proxies' bookkeeping; values go over by reference, and nothing is forked.
"""

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch

from autograder.classes import worker
from autograder.grading import problem_run, submission_run
from autograder.sandbox import student as student_module
from autograder.sandbox.confined import child, modules, services, wire
from autograder.sandbox.isolation import Isolation

PLAIN = (type(None), bool, int, float, str, bytes, np.ndarray, np.generic, torch.Tensor, torch.dtype)


class NoWarmProcess:
    """Stands where the warm process would: there is nothing to start and nothing to die."""

    isolation = Isolation("none", "for comparison only")

    def __init__(self, *_: object, services: dict[str, Path]):
        self.ready, self.services = True, services

    def services_of(self, name: str) -> str:
        """The folder of a part's services."""
        return str(self.services.get(name, ""))

    def wait_until_ready(self) -> None:
        """It is ready."""

    def alive(self) -> bool:
        """It cannot die."""
        return True

    def restart(self) -> None:
        """Nothing to restart."""

    def close(self) -> None:
        """Nothing to close."""


class LocalChannel:
    """Answers as a child would, in this very process."""

    def __init__(self, _warm: object, _limits: object, setup: dict):
        self.home = tempfile.mkdtemp(prefix="in-process-")
        root = child.write_files(self.home, setup["files"])
        child.seed_everything(setup["seed"], setup["device"])
        self.declared, self.root, self.alive, self.printed = setup["declared"], root, True, bytearray()
        self.finder = modules._DeclaredFirst(root, set(self.declared), set(setup.get("packages", ())))
        self.modules: dict[str, ModuleType] = {}
        self.child = child.Child(None, root, setup["device"], [], services.load(setup["services"]))  # type: ignore[arg-type]

    def ask(self, request: dict, *_: object) -> dict:
        """Carry out one request."""
        self.own_s = 0.0  # no deadlines here
        with self._visible():
            try:
                return {"value": self._by_reference(self.child.answer(request))}
            except Exception as error:
                return {"error": child.describe(error, self.root)}

    @contextlib.contextmanager
    def _visible(self) -> Iterator[None]:
        """The student's modules and the reference's have the same names: each sees its own."""
        sys.meta_path.insert(0, self.finder)
        sys.path.append(self.root)
        sys.modules.update(self.modules)
        before = len(sys.modules)
        try:
            yield
        finally:
            sys.meta_path.remove(self.finder)
            sys.path.remove(self.root)
            new = list(sys.modules)[before:]  # in the order of their import
            for name in [*self.modules, *(name for name in new if name.split(".")[0] in self.declared)]:
                self.modules[name] = sys.modules.pop(name)

    def _by_reference(self, value: Any) -> Any:
        if isinstance(value, PLAIN):
            return value.detach() if isinstance(value, torch.Tensor) else value
        if type(value) in (list, tuple):
            return type(value)(self._by_reference(item) for item in value)
        if type(value) is torch.Size:
            return tuple(value)
        if type(value) is dict:
            return {key: self._by_reference(item) for key, item in value.items()}
        return value if isinstance(value, wire.Remote) else self.child.keep(value)

    def kill(self) -> None:
        """Forget the student's modules."""
        if self.alive:
            self.alive = False
            shutil.rmtree(self.home, ignore_errors=True)


def install() -> None:
    """Replace the sandbox in this process."""
    problem_run.WarmProcess = NoWarmProcess  # type: ignore[misc, assignment]
    student_module.Channel = LocalChannel  # type: ignore[misc, assignment]
    submission_run.handed_over = lambda *_: False  # type: ignore[assignment]   there is no process that could be fresh


install()

if __name__ == "__main__":
    worker.main(int(sys.argv[1]))
