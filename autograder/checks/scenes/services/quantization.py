"""Services of problem 3.9 inside the child: networks of the kit's own to be quantized, and what became of them.

Everything is on the CPU, whatever the run computes on: not every way to multiply integers works elsewhere.
"""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

LAYERS: dict = {
    "convolution": lambda inputs, outputs, kernel, padding, more=None: nn.Conv2d(
        inputs, outputs, kernel, padding=padding, **(more or {})
    ),
    "pool": nn.MaxPool2d,
    "relu": nn.ReLU,
    "flatten": nn.Flatten,
    "linear": nn.Linear,
    "dropout": nn.Dropout,
}


def network_of(parts: dict, values: list) -> nn.Module:
    """A network of the kit's own.

    Args:
        parts: for each `nn.Sequential` of it, the kinds and sizes of its layers.
        values: its parameters in order, as arrays; empty where they do not matter.
    """
    made = nn.Sequential(
        OrderedDict((name, nn.Sequential(*(LAYERS[kind](*sizes) for kind, *sizes in layers))) for name, layers in parts.items())
    )
    for parameter, value in zip(made.parameters(), values):
        parameter.data = torch.from_numpy(value.copy())
    return made


def quantized(quantize: Any, parts: dict, values: list, batches: list, inputs: np.ndarray, train: bool) -> dict:
    """One call of `quantize` on a network of the kit's own, which is in train or in eval mode.

    Args:
        batches: of images, or pairs of images and labels.
    Returns: `runs`: scores of the inputs from two runs as the network came back; `scores` in eval mode; `bytes` before
        and after; `argument`: what became of the network handed in.
    """
    model = network_of(parts, values).train(train)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    size, modes = size_of(model), [layer.training for layer in model.modules()]
    made = quantize(
        model, [tuple(map(own_copy, batch)) if isinstance(batch, (list, tuple)) else own_copy(batch) for batch in batches]
    )
    images = torch.from_numpy(inputs)
    after = model.state_dict()
    argument = {
        "names": list(after) == list(before),
        "modes": [layer.training for layer in model.modules()] == modes,
        "values": all(
            isinstance(after.get(name), torch.Tensor) and torch.equal(after[name], value) for name, value in before.items()
        ),
    }
    with torch.no_grad():
        runs = [made(images) for _ in range(2)] if train else []
        scores = (made.eval() if isinstance(made, nn.Module) else made)(images)
    return {"runs": runs, "scores": scores, "bytes": [size, size_of(made)], "argument": argument}


def own_copy(values: np.ndarray) -> torch.Tensor:
    """Numbers that the student's code may change."""
    return torch.from_numpy(values.copy())


def size_of(model: Any) -> int:
    """Bytes of everything in the `state_dict`, packed integers included, and of tensors that layers keep beside it."""
    if not isinstance(model, nn.Module):
        return -1
    values = list(tensors_in(list(model.state_dict().values())))
    known = {id(value) for layer in model.modules() for value in (*layer._parameters.values(), *layer._buffers.values())}
    for layer in model.modules():
        values += [
            value
            for name, held in vars(layer).items()
            if name not in ("_parameters", "_buffers", "_modules")
            for value in tensors_in([held])
            if id(value) not in known
        ]
    return sum(value.numel() * value.element_size() for value in values)


def tensors_in(values: Any) -> Iterator[torch.Tensor]:
    """All tensors in nested lists, tuples and dicts."""
    for value in values:
        if isinstance(value, torch.Tensor):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from tensors_in(value)
        elif isinstance(value, dict):
            yield from tensors_in(value.values())
