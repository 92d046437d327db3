"""Solutions and planted files of the part transfer; networks get their first weights quickly."""

import functools

import pytest
import torch
from planted import (  # noqa: F401   pytest finds fixtures and hooks by their names here
    faults,
    load,
    mistake,
    part,
    pytest_generate_tests,
    quiet_and_offline,
    right,
    solution,
)


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
