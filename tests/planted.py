"""Loads solutions and planted files of the part that a test's folder is named after; its PROBLEM says which plants.

A test with an argument `mistake` or `right` runs once for each such plant of that problem, and gets its module.
"""

import importlib.util
import re
import sys
from pathlib import Path
from urllib.error import URLError

import pytest
import torch

KIT = Path(__file__).resolve().parents[1]


def pytest_generate_tests(metafunc):
    """Spread `mistake` and `right` over the planted files."""
    for kind in ("mistake", "right"):
        if kind in metafunc.fixturenames:
            file = getattr(metafunc.module, "FILE", None)
            part = Path(metafunc.module.__file__).parent.name
            folder = KIT / "tests" / "plants" / part / metafunc.module.PROBLEM
            paths = [
                path for path in sorted(folder.glob(f"{kind}_*.py")) if stands_alone(path) and file in (None, replaced_file(path))
            ]
            names = [path.stem.removeprefix(f"{kind}_") for path in paths]
            metafunc.parametrize(kind, paths, ids=names, indirect=True)


def stands_alone(path: Path) -> bool:
    """Whether a planted file can be run as it is; others say what they change in the solution, and are graded by tests/test_plants.py."""
    return not re.search(r"^old: ", path.read_text(encoding="utf-8"), re.MULTILINE)


def replaced_file(path: Path) -> str:
    """Which file of the solution a planted file stands for."""
    return re.search(r"^replaces: (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)[1]


def load_file(path: Path, part: Path):
    """Run a file as a student would, beside the other files of a part's solution, and leave no module behind."""
    before = set(sys.modules)
    sys.path.insert(0, str(part))
    try:
        spec = importlib.util.spec_from_file_location(f"planted_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(part))
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(str(part)):
                del sys.modules[name]
    return module


@pytest.fixture
def part(request) -> Path:
    """The folder of the part's solution."""
    return KIT / "solutions" / request.path.parent.name


@pytest.fixture
def mistake(request, part):
    """The module of one planted mistake."""
    return load_file(request.param, part)


@pytest.fixture
def right(request, part):
    """The module of one correct alternative."""
    return load_file(request.param, part)


@pytest.fixture
def solution(request, part):
    """The module of the solution: the test module's FILE, or the file named like its PROBLEM."""
    return load_file(part / getattr(request.module, "FILE", f"{request.module.PROBLEM}.py"), part)


@pytest.fixture
def load(part):
    """Loads any file of the solution by name."""
    return lambda name: load_file(part / name, part)


@pytest.fixture(autouse=True)
def quiet_and_offline(monkeypatch, tmp_path):
    """One thread, a fixed seed, no network and an empty cache of weights."""

    def no_network(*_, **__):
        raise URLError("the tests have no network")

    monkeypatch.setattr("torch.hub.urlopen", no_network)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch_home"))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def faults():
    """Gives the names of the facts that do not hold; a fact that raises does not hold."""

    def collect(facts: dict) -> list[str]:
        return [name for name, fact in facts.items() if not holds(fact)]

    def holds(fact) -> bool:
        try:
            return bool(fact())
        except Exception:
            return False

    return collect
