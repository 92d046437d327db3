"""Loads files of the distillation part and planted files that replace one of them."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

KIT = Path(__file__).resolve().parents[2]
SOLUTION = KIT / "solutions" / "distillation"
PLANTS = KIT / "tests" / "plants" / "distillation"


def load_file(path: Path, name: str) -> ModuleType:
    """A fresh module from a file; the rest of the part is imported from the solution.

    Args:
        path: the file.
        name: the module's name, which is that of the file it replaces.
    """
    own_names = {file.stem for file in SOLUTION.glob("*.py")}
    hidden = {module: sys.modules.pop(module) for module in own_names & set(sys.modules)}
    sys.path.insert(0, str(SOLUTION))
    try:
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(SOLUTION))
        for module_name in own_names & set(sys.modules):
            del sys.modules[module_name]
        sys.modules.update(hidden)


@pytest.fixture(scope="session")
def solution():
    """Gives a module of the solution by its name."""
    return lambda name: load_file(SOLUTION / f"{name}.py", name)


@pytest.fixture(scope="session")
def planted():
    """Gives a planted module by its problem and name, in the place of the file that it says it replaces."""

    def load(problem: str, name: str) -> ModuleType:
        path = PLANTS / problem / f"{name}.py"
        replaced = re.search(r"^replaces: (\w+)\.py$", path.read_text(encoding="utf-8"), re.MULTILINE)
        return load_file(path, replaced[1])

    return load


def differences(got: dict, want: dict, tolerance: float = 1e-4) -> list[str]:
    """Names of the observations in which two versions of a file differ.

    Args:
        got: observed values by name: numbers, strings, or lists of them, however nested.
        want: the right ones.
        tolerance: relative to the size of the number, and absolute below 1.
    """
    return [name for name in want if not _agree(got.get(name), want[name], tolerance)]


def _agree(got, want, tolerance):
    """Whether two observed values are the same, numbers up to the tolerance."""
    if isinstance(want, (list, tuple)):
        same_length = isinstance(got, (list, tuple)) and len(got) == len(want)
        return same_length and all(_agree(*pair, tolerance) for pair in zip(got, want, strict=True))
    if isinstance(want, float):
        return isinstance(got, (int, float)) and abs(got - want) <= tolerance * max(1.0, abs(want))
    return type(got) is type(want) and got == want


@pytest.fixture(scope="session")
def compare():
    """Gives the function that names the differing observations."""
    return differences


@pytest.fixture(scope="session")
def train(course):
    """`train(folder, *arguments)` runs train.py with settings for a second or two."""
    tiny = ["--train-images", "80", "--epochs", "2", "--batch-size", "32", "--log-every", "3", "--no-test"]
    return course.trainer("distillation", *tiny)


@pytest.fixture(scope="session")
def trained(train, tmp_path_factory):
    """A folder with a finished run of each method."""
    folder = tmp_path_factory.mktemp("trained")
    for method in ("teacher", "student", "distilled", "soft-only", "ema"):
        ended = train(folder, method)
        assert ended.status == 0, ended.output
    return folder
