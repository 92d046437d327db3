"""Loads the services that one part of a course brings for its own checks: small functions that run beside a student's code.

A part's `services` folder is a package whose `__init__.py` imports every service by name; `student.probe(name, ...)` finds it
there, or in `probes.py` if it is of use to any course. The rules for such modules:

- They hold no secret: no right answer, no hidden input, no mark. Students' code can read and replace everything in its process.
- They give back plain values, as `wire.py` lists them; a value is judged in the grading process, never here.
- They import the standard library, numpy, torch, torchvision, Pillow, and each other by relative imports; nothing of the harness,
  of a course, or of another part. The grading process may import them, too, as modules of the course's checks.
- They do nothing when they are imported; that happens once, in the warm process, for all parts at hand. Which of them a child can name is
  settled before anything of the student's runs there.
"""

import contextlib
import importlib.util
import sys
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

NAME = "course_services"
_imported: dict[str, dict[str, ModuleType]] = {}  # by folder
_at_hand: dict[str, ModuleType] = {}  # those that can be imported by name now


def import_ahead(folders: Iterable[str]) -> None:
    """Import the services of every folder before the forks; one that cannot be imported is tried again in each child, which says why."""
    for folder in folders:
        with contextlib.suppress(Exception):
            load(folder)
    _make_room()


def load(folder: str) -> dict[str, Callable[..., Any]]:
    """The services of a folder by name; none without a folder."""
    if not folder:
        return {}
    _make_room()
    if folder not in _imported:
        _imported[folder] = _import(folder)
    _at_hand.update(_imported[folder])
    sys.modules.update(_at_hand)
    package = sys.modules[NAME]
    return {name: value for name, value in vars(package).items() if callable(value) and not name.startswith("_")}


def _import(folder: str) -> dict[str, ModuleType]:
    spec = importlib.util.spec_from_file_location(NAME, f"{folder}/__init__.py", submodule_search_locations=[folder])
    assert spec is not None and spec.loader is not None
    package = sys.modules[NAME] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(package)
    finally:  # half of them, where one cannot be imported
        found = {name: module for name, module in sys.modules.items() if name == NAME or name.startswith(f"{NAME}.")}
        _at_hand.update(found)
    return found


def _make_room() -> None:
    """Forget modules of another part, which may have the same names.

    They are known: to look through the names of all modules would copy a thousand pages of the warm process into each child.
    """
    for name in _at_hand:
        sys.modules.pop(name, None)
    _at_hand.clear()
