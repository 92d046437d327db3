"""Loads the services that one part of a course brings for its own checks: small functions that run beside a student's code.

A part's `services` folder is a package whose `__init__.py` imports every service by name; `student.probe(name, ...)` finds it
there, or in `probes.py` if it is of use to any course. The rules for such modules:

- They hold no secret: no right answer, no hidden input, no mark. Students' code can read and replace everything in its process.
- They give back plain values, as `wire.py` lists them; a value is judged in the grading process, never here.
- They import the standard library, numpy, torch, torchvision, Pillow, and each other by relative imports; nothing of the harness,
  of a course, or of another part. The grading process may import them, too, as modules of the course's checks.
- They do nothing when they are imported; that happens once in every child, before anything of the student's.
"""

import importlib.util
import sys
from collections.abc import Callable
from typing import Any

NAME = "course_services"


def load(folder: str) -> dict[str, Callable[..., Any]]:
    """The services of a folder by name; none without a folder."""
    if not folder:
        return {}
    for name in [name for name in sys.modules if name == NAME or name.startswith(f"{NAME}.")]:
        del sys.modules[name]  # of another part, which may have modules of the same names
    spec = importlib.util.spec_from_file_location(NAME, f"{folder}/__init__.py", submodule_search_locations=[folder])
    assert spec is not None and spec.loader is not None
    package = sys.modules[NAME] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(package)
    return {name: value for name, value in vars(package).items() if callable(value) and not name.startswith("_")}
