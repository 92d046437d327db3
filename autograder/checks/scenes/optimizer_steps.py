"""Problem 3.8: what steps of SGD and of Adam do to a parameter, computed by the formulas themselves in float64."""

from collections.abc import Mapping
from typing import Any

import torch

GRADIENTS = [1.0, -2.0, 0.5]
# torch's own steps in float32 stay within 4e-7 of these in parameters of size 1; ten times that.
STEP = {"rtol": 0.0, "atol": 4e-6}
Settings = Mapping[str, Any]


def number(settings: Settings, name: str, otherwise: float) -> float:
    """A setting, or another number where a student's optimizer has none that can be used."""
    found = settings.get(name)
    return float(found) if type(found) in (int, float) else otherwise


def after_sgd(start: torch.Tensor, settings: Settings) -> torch.Tensor:
    """A parameter after all steps of SGD."""
    lr, decay, momentum = (number(settings, name, 0.0) for name in ("lr", "weight_decay", "momentum"))
    value, speed = start.double(), torch.zeros_like(start.double())
    for gradient in GRADIENTS:
        whole = gradient + decay * value
        speed = momentum * speed + whole
        value = value - lr * (whole + momentum * speed if settings.get("nesterov") is True else speed)
    return value


def after_adam(start: torch.Tensor, settings: Settings) -> torch.Tensor:
    """A parameter after all steps of Adam with its usual betas, weight decay as part of the gradient."""
    lr, decay = (number(settings, name, 0.0) for name in ("lr", "weight_decay"))
    value = start.double()
    first = second = torch.zeros_like(value)
    for step, gradient in enumerate(GRADIENTS, start=1):
        whole = gradient + decay * value
        first, second = 0.9 * first + 0.1 * whole, 0.999 * second + 0.001 * whole**2
        value = value - lr * (first / (1 - 0.9**step)) / ((second / (1 - 0.999**step)).sqrt() + 1e-8)
    return value


AFTER = {"sgd": after_sgd, "adam": after_adam}
CLASSES = {"sgd": "SGD", "adam": "Adam"}
