"""The solutions as Python objects in the grading process: what a check compares with."""

import contextlib
import importlib
import sys
from types import ModuleType
from typing import Any
from collections.abc import Iterator

from ..course import Part


class Reference:
    """The modules of one part of `solutions/`, by the same dotted names as a student's.

    Files of a part import each other by bare names (`from lines import straight_line`), as students run them;
    those names are visible only while a module of the part is being imported, so parts cannot get in each other's way.
    """

    def __init__(self, part: Part):
        self._part, self._modules = part, dict[str, ModuleType]()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        folder = self._part.folder
        if (folder / f"{name}.py").is_file():
            return self._load(name)
        if (folder / name).is_dir():
            return _Package(self, name)
        raise AttributeError(f"solutions/{self._part.id} has no module {name}")

    def _load(self, name: str) -> ModuleType:
        if name not in self._modules:
            with self._visible():
                importlib.import_module(name)
        return self._modules[name]

    @contextlib.contextmanager
    def _visible(self) -> Iterator[None]:
        folder = str(self._part.folder)
        before = set(sys.modules)
        sys.modules.update(self._modules)
        sys.path.insert(0, folder)
        try:
            yield
        finally:
            sys.path.remove(folder)
            for name in set(sys.modules) - before:
                module = sys.modules[name]
                places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", [])]
                if any(place.startswith(folder) for place in places):
                    self._modules[name] = sys.modules.pop(name)


def import_beside_checks(part: Part, name: str) -> ModuleType:
    """A module that stands beside the hidden checks of a part, under the name that pytest gives it, too."""
    names, root = [part.id, name], part.checks.parent
    while (root / "__init__.py").is_file():
        names.insert(0, root.name)
        root = root.parent
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    return importlib.import_module(".".join(names))


class _Package:
    """A folder of modules in a part, such as `models`."""

    def __init__(self, reference: Reference, name: str):
        self._reference, self._name = reference, name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._reference._load(f"{self._name}.{name}")
