"""PyTorch's compiler, imported when somebody compiles: until then every process saves 1.4 s of its start, and 150 MiB.

The first optimizer of a process imports `torch._dynamo` to say of its methods that they are not to be compiled, and torchvision to ask
later whether a device can be compiled for. Where nothing is compiled both are answered without it. Two modules that know these answers
stand in its place; whatever else is asked of them, or of a module below, brings the real one, and torch asks it again.
"""

import importlib
import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any

NAME, UTILS = "torch._dynamo", "torch._dynamo.utils"
_asked: list[Callable] = []  # functions of which torch has said that they are not to be compiled


class StandIn(types.ModuleType):
    """A module that is imported when anything is asked of it but what it has."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # who looks through all modules, as inspect does, compiles nothing
            raise AttributeError(name)
        _bring()
        return getattr(sys.modules[self.__name__], name)


class Below(importlib.abc.MetaPathFinder):
    """Finds modules below the one that is not there yet, by bringing that."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The module as it came with the one above it, where that needs it; else others find it."""
        if not (fullname.startswith(f"{NAME}.") and isinstance(sys.modules.get(NAME), StandIn)):
            return None
        _bring()
        if fullname not in sys.modules:
            return importlib.machinery.PathFinder.find_spec(fullname, sys.modules[NAME].__path__, target)
        return importlib.machinery.ModuleSpec(fullname, There(sys.modules[fullname]))


class There(importlib.abc.Loader):
    """Loads a module that has been loaded while it was looked for: a second copy of it would know nothing of the first."""

    def __init__(self, module: types.ModuleType):
        self.module, self.found_by = module, module.__spec__

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """The one that is there."""
        return self.module

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing is left to do but to say where it is from."""
        module.__spec__ = self.found_by


def postpone() -> None:
    """Import the compiler when it is needed; nothing changes where it has been imported already."""
    if NAME in sys.modules:
        return
    above, utils = StandIn(NAME), StandIn(UTILS)
    vars(above).update(__path__=[], disable=_disable, graph_break=_graph_break, utils=utils)
    vars(utils).update(is_compile_supported=_is_compile_supported)
    sys.modules |= {NAME: above, UTILS: utils}
    sys.meta_path.insert(0, Below())


def _bring() -> None:
    """Import the real compiler."""
    for name in (NAME, UTILS):
        if isinstance(sys.modules.get(name), StandIn):
            del sys.modules[name]
    importlib.import_module(NAME)
    while _asked:
        vars(_asked.pop()).pop("__dynamo_disable", None)  # where torch keeps the answer


def _disable(fn: Callable | None = None, *arguments: Any, **options: Any) -> Callable:
    """The function itself, since nothing is compiled; as a decorator with arguments it is left to the real one."""
    if fn is None:
        _bring()
        return sys.modules[NAME].disable(fn, *arguments, **options)
    vars(sys.modules["torch"])["_dynamo"] = sys.modules[NAME]  # else torch would look for it in every step
    _asked.append(fn)
    return fn


def _graph_break(msg: str = "") -> None:
    """No graph, no break."""


def _is_compile_supported(device_type: str) -> bool:
    """What the real one says."""
    if isinstance(sys.modules[UTILS], StandIn):
        _bring()
    return sys.modules[UTILS].is_compile_supported(device_type)
