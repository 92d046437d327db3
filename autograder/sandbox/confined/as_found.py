"""Whether a process still is as it was before a student's code ran in it, as far as the process itself can tell.

A child that answers for the next problem too must not hand it what the files of the one before have set or replaced: another default
dtype, a function of torch that does something else, a hook on every module, a thread that goes on. Such a child is not asked again.

This is no guard against malice: the answer comes from a process that a student's code may have twisted. See SECURITY.md for why a
lie gains nothing.
"""

import _thread
import builtins
import functools
import gc
import logging
import os
import signal
import sys
import threading
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, Sampler
from torch.utils.hooks import RemovableHandle

# Rooms whose functions and classes students' code uses.
WATCHED = frozenset("builtins copy functools itertools logging math operator os random statistics sys time types warnings".split())
WATCHED_TREES = ("PIL", "numpy", "torch.autograd", "torch.nn", "torch.optim", "torch.utils.data", "torchvision.transforms")
SOME = ("torch", "torch._tensor", "torch.functional", "torchvision", "torchvision.models", "torchvision.datasets")
# What changes without the student's doing: a child has streams of its own, an optimizer's first object wraps its class's `step`, each
# hook has a number.
OF_CHILDREN = {"stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__", "dont_write_bytecode"}
OF_THEMSELVES = {
    "sys": {"last_type", "last_value", "last_traceback", "last_exc"} | OF_CHILDREN,
    "Optimizer": {"step"},
    "RemovableHandle": {"next_id"},
}
KINDS = (
    *(torch.nn.Module, torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler, torch.Tensor, torch.autograd.Function),
    *(DataLoader, Dataset, Sampler, RemovableHandle),
)
HOOKS = tuple(name for name in vars(torch.nn.modules.module) if name.startswith("_global_"))
SIGNALS = tuple(number for number in signal.valid_signals() if number not in (signal.SIGKILL, signal.SIGSTOP))

SETTINGS: dict[str, Callable[[], Any]] = {
    "default dtype": torch.get_default_dtype,
    "default device": lambda: str(torch.get_default_device()),
    "gradients": torch.is_grad_enabled,
    "inference mode": torch.is_inference_mode_enabled,
    "autocast": lambda: (torch.is_autocast_enabled("cpu"), torch.is_autocast_enabled("cuda")),
    "anomaly mode": torch.is_anomaly_enabled,
    "deterministic algorithms": lambda: (torch.are_deterministic_algorithms_enabled(), torch.backends.cudnn.deterministic),
    "precision of products": torch.get_float32_matmul_precision,
    "libraries behind torch": lambda: (torch.backends.mkldnn.enabled, torch.backends.quantized.engine),
    "cuDNN": lambda: [getattr(torch.backends.cudnn, name) for name in ("enabled", "benchmark", "allow_tf32")],
    "what may be unpickled": lambda: len(torch.serialization.get_safe_globals()),
    "errors of numpy": lambda: (np.geterr(), np.geterrcall()),
    "subnormal numbers": lambda: float(torch.tensor(1e-40) * 1) != 0,
    "threads of torch": torch.get_num_threads,
    "modes of functions": lambda: (torch._C._len_torch_function_stack(), torch._C._len_torch_dispatch_stack()),
    "threads": lambda: (threading.active_count(), _thread._count()),
    "tracing": lambda: (sys.gettrace(), sys.getprofile()),
    "recursion": sys.getrecursionlimit,
    "path": lambda: tuple(sys.path),
    "streams": lambda: (sys.stdin, sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__),
    "output": lambda: [(about.st_dev, about.st_ino) for about in map(os.fstat, (1, 2))],
    "importing": lambda: (len(sys.meta_path), len(sys.path_hooks)),
    "folder": os.getcwd,
    "environment": lambda: tuple(sorted(os.environ.items())),
    "signals": lambda: tuple(signal.getsignal(number) for number in SIGNALS),
    "timer": lambda: signal.getitimer(signal.ITIMER_REAL)[0] > 0,
    "warnings": lambda: len(warnings.filters),
    "logging": lambda: (logging.root.level, logging.root.disabled, logging.root.manager.disable, *logging.root.handlers),
    "collecting": lambda: (gc.isenabled(), gc.get_threshold(), len(gc.callbacks)),
    "hooks on every module": lambda: tuple(len(getattr(torch.nn.modules.module, name) or ()) for name in HOOKS[:]),
    "built-in names": lambda: len(vars(builtins)),
}


class Rooms:
    """The objects in modules and classes that students' code uses, as they are when this is made: once, before the forks.

    What is compared are their identities, room by room in one go: twelve thousand of them take a millisecond.
    """

    def __init__(self) -> None:
        self.rooms = [
            (room, list(vars(room)), list(vars(room).values())) for room in _watched_rooms()
        ]  # values: they keep their numbers
        self.numbers = [list(map(id, values)) for _, _, values in self.rooms]

    def changes(self) -> list[str]:
        """What is another object now, has gone, or has come, in words."""
        found = []
        for (room, names, values), numbers in zip(self.rooms, self.numbers):
            if list(map(id, vars(room).values())) != numbers:
                now, known = vars(room), set(names)
                other = [name for name, value in zip(names, values) if now.get(name, _GONE) is not value]
                other += [name for name, value in now.items() if name not in known and not _comes_by_itself(room, name, value)]
                found += [f"{room.__name__}.{name}" for name in other if name not in OF_THEMSELVES.get(_family(room), ())]
        return found


@functools.cache
def rooms() -> Rooms:
    """As they were when this was first asked for."""
    return Rooms()


class AsFound:
    """Remembers what a child's process is like before anything of the student's runs in it."""

    def __init__(self) -> None:
        self.settings = {name: read() for name, read in SETTINGS.items()}
        rooms()

    def changes(self) -> list[str]:
        """What is different now, in words; empty where nothing is."""
        return [name for name in SETTINGS if not self._same(name)] + rooms().changes()

    def _same(self, name: str) -> bool:
        try:
            return bool(SETTINGS[name]() == self.settings[name])
        except Exception:  # what it is read with does not work any more
            return False


_GONE = object()


def _comes_by_itself(room: Any, name: str, value: Any) -> bool:
    """Whether it is a module that was imported only now, or what Python and torch note of a class or module when it is first used."""
    return value is sys.modules.get(f"{room.__name__}.{name}") or name.startswith("_")


def _family(room: Any) -> str:
    """A module's name, or that of the class which others of its kind come from."""
    if isinstance(room, type):
        return next((of.__name__ for of in (torch.optim.Optimizer, RemovableHandle) if issubclass(room, of)), "")
    return room.__name__


def _is_watched(name: str) -> bool:
    """Whether students' code uses a module of this name; what a library keeps private (`numpy._core`) is shown by others."""
    if name in WATCHED or name in SOME:
        return True
    private = any(word.startswith("_") for word in name.split("."))
    return not private and any(name == tree or name.startswith(f"{tree}.") for tree in WATCHED_TREES)


def _watched_rooms() -> Iterator[Any]:
    """Modules, and the classes that are defined in those of torch."""
    modules = [module for name, module in list(sys.modules.items()) if type(module) is types.ModuleType and _is_watched(name)]
    yield from modules
    classes = {id(value): value for module in modules if module.__name__.startswith("torch") for value in vars(module).values()}
    yield from (value for value in classes.values() if isinstance(value, type) and _is_used(value))


def _is_used(kind: type) -> bool:
    """Whether it is a class of torch or torchvision whose objects students' code makes, or derives its own from."""
    return issubclass(kind, KINDS) or kind.__module__.startswith("torchvision.transforms")
