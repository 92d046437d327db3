"""What can stand in the place of a ReLU, or where nothing should stand."""

from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F

from autograder.judge import Mistake

Activation = Callable[[torch.Tensor], torch.Tensor]

INSTEAD: dict[str, Activation] = {
    "a sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "a leaky ReLU": F.leaky_relu,
    "a leaky ReLU (of slope 0.1)": lambda units: F.leaky_relu(units, 0.1),
    "a leaky ReLU (of slope 0.2)": lambda units: F.leaky_relu(units, 0.2),
    "a PReLU": lambda units: F.leaky_relu(units, 0.25),
    "GELU": F.gelu,
    "GELU (by tanh)": lambda units: F.gelu(units, approximate="tanh"),
    "ELU": F.elu,
    "SELU": F.selu,
    "SiLU (swish)": F.silu,
    "Mish": F.mish,
    "softplus": F.softplus,
    "ReLU6": F.relu6,
    "a hardtanh": F.hardtanh,
    "a hard sigmoid": F.hardsigmoid,
    "a hard swish": F.hardswish,
    "softsign": F.softsign,
    "a logarithm of the sigmoid": F.logsigmoid,
    "a square": torch.square,
    "an exponential": torch.exp,
    "a sine": torch.sin,
}


def behind_the_last_layer(scores: torch.Tensor) -> Iterator[Mistake]:
    """Right scores that went through an activation; sigmoid, tanh and ReLU are named elsewhere."""
    for name, activation in {**INSTEAD, "the absolute value": torch.abs}.items():
        yield Mistake(
            lambda activation=activation: activation(scores),
            f"There is {name} behind the last layer; return the raw scores, which may be any numbers.",
        )


def instead_of_relu(what: str, rest: Callable[[torch.Tensor], torch.Tensor], units: torch.Tensor) -> Iterator[Mistake]:
    """Another activation where a ReLU belongs.

    Args:
        what: the layer before it in words.
        rest: the scores that follow from what the activation gives.
        units: what the activation gets.
    """
    for name, activation in INSTEAD.items():
        yield Mistake(lambda activation=activation: rest(activation(units)), f"{what} {name} instead of a ReLU.")
