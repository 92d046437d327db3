"""Reference models with weights drawn for the run, to be carried over into students' models."""

import copy
from collections.abc import Callable

import torch
from torch import nn


def with_drawn_weights(model: nn.Module, draw: Callable[..., torch.Tensor]) -> nn.Module:
    """The model with normal weights that keep unit variance from layer to layer, and biases that matter."""
    for name, value in model.named_parameters():
        fan_in = value[0].numel() if value.ndim > 1 else 4
        value.data = draw(f"weights of {type(model).__name__}.{name}", *value.shape).to(value) / fan_in**0.5
    return model.eval()


def wide(model: nn.Module) -> Callable[[torch.Tensor], torch.Tensor]:
    """The model as a function that computes in float64 without a graph."""
    twin = copy.deepcopy(model).double()

    def scores(images: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return twin(images)

    return scores
