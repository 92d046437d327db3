"""Loads solutions and planted files of the part transfer; a test module's PROBLEM says which plants it is about.

A test with an argument `mistake` or `right` runs once for each such plant of that problem, and gets its module.
"""

import functools
import importlib.util
import re
import sys
from pathlib import Path
from urllib.error import URLError

import pytest
import torch

KIT = Path(__file__).resolve().parents[2]
PART = KIT / "solutions" / "transfer"
PLANTS = KIT / "tests" / "plants" / "transfer"


def pytest_generate_tests(metafunc):
    """Spread `mistake` and `right` over the planted files."""
    for kind in ("mistake", "right"):
        if kind in metafunc.fixturenames:
            file = getattr(metafunc.module, "FILE", None)
            paths = [path for path in sorted((PLANTS / metafunc.module.PROBLEM).glob(f"{kind}_*.py"))
                     if file is None or replaced_file(path) == file]
            names = [path.stem.removeprefix(f"{kind}_") for path in paths]
            metafunc.parametrize(kind, paths, ids=names, indirect=True)


def replaced_file(path: Path) -> str:
    """Which file of the solution a planted file stands for."""
    return re.search(r"^replaces: (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)[1]


def load_file(path: Path):
    """Run a file as a student would, beside the other files of the solution, and leave no module behind."""
    before = set(sys.modules)
    sys.path.insert(0, str(PART))
    try:
        spec = importlib.util.spec_from_file_location(f"planted_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(PART))
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(str(PART)):
                del sys.modules[name]
    return module


@pytest.fixture
def mistake(request):
    """The module of one planted mistake."""
    return load_file(request.param)


@pytest.fixture
def right(request):
    """The module of one correct alternative."""
    return load_file(request.param)


@pytest.fixture
def solution(request):
    """The module of the solution: the test module's FILE, or the file named like its PROBLEM."""
    return load_file(PART / getattr(request.module, "FILE", f"{request.module.PROBLEM}.py"))


@pytest.fixture
def load():
    """Loads any file of the solution by name."""
    return lambda name: load_file(PART / name)


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


@functools.cache
def random_values(shape: tuple[int, ...]) -> torch.Tensor:
    """Random numbers of a size that keeps the values of a network moderate, the same for the same shape."""
    spread = (2 / max(1, torch.Size(shape[1:]).numel())) ** 0.5
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape))) * spread


@pytest.fixture(autouse=True)
def quick_weights(monkeypatch):
    """Take a network's first weights from a store: drawing them anew takes longer than all the rest of a test."""

    def fill(tensor, *_, **__):
        with torch.no_grad():
            return tensor.copy_(random_values(tuple(tensor.shape)))

    for name in ("kaiming_normal_", "kaiming_uniform_"):
        monkeypatch.setattr(f"torch.nn.init.{name}", fill)


@pytest.fixture
def cached_weights(monkeypatch, tmp_path):
    """A cache with made-up ResNet-18 weights; calling it gives the first layer's, `forget` empties it."""
    from torchvision.models import ResNet18_Weights, resnet18

    folder = tmp_path / "torch_home" / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    weights = resnet18().state_dict()
    file = folder / ResNet18_Weights.DEFAULT.url.rsplit("/", 1)[1]
    torch.save(weights, file)

    def first_layer():
        return weights["conv1.weight"]

    first_layer.forget = file.unlink
    return first_layer
