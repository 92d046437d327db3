"""Services of part 4, and of AlexNet in part 3, inside the child: large ready-made networks, built without losing time on them.

As in `probes.py`, values leave the child and are judged elsewhere; nothing here knows a right answer. The grading process
fills its own networks from this file with the same weights.
"""
import contextlib
from typing import Any
from collections.abc import Iterator
from urllib.error import URLError

import numpy as np
import torch
import torch.nn.functional as F
import torchvision
from torch import nn

BLOCK = 65_521              # random numbers that weights are tiled from; prime, so that no row repeats another
LARGE, FILLED_ROWS = 1 << 22, 64


@contextlib.contextmanager
def unfilled() -> Iterator[None]:
    """Layers made meanwhile do not draw their first weights, which takes far longer than all else about a large network."""
    names = ("kaiming_normal_", "kaiming_uniform_", "xavier_normal_", "xavier_uniform_", "trunc_normal_")
    real = {name: getattr(nn.init, name) for name in names}
    try:
        for name in names:
            setattr(nn.init, name, lambda tensor, *_, **__: tensor)
        yield
    finally:
        for name, function in real.items():
            setattr(nn.init, name, function)


def patterned(shape: tuple, seed: int) -> torch.Tensor:
    """The values that every parameter of this shape gets; of a very large one only the first rows are not zero."""
    size = torch.Size(shape)
    block = torch.randn(BLOCK, generator=torch.Generator().manual_seed(seed))
    if size.numel() <= LARGE:
        fan_in = size[1:].numel() if len(size) > 1 else 20_000
        return (block * (2 / fan_in) ** 0.5).repeat(-(-size.numel() // BLOCK))[:size.numel()].view(size)
    values = torch.from_numpy(np.zeros(shape, np.float32))      # unlike torch's zeros these take no memory until they are written
    values[:FILLED_ROWS] = patterned((FILLED_ROWS, *shape[1:]), seed)
    return values


def fill(model: nn.Module, seed: int, vectors: bool = True) -> None:
    """Give every parameter the values of its shape; parameters of one shape share them.

    Args:
        vectors: whether biases and the weights of batch norms get other values, too.
    """
    shared: dict = {}
    for parameter in model.parameters():
        shape = tuple(parameter.shape)
        if len(shape) > 1 or vectors:
            if shape not in shared:
                shared[shape] = patterned(shape, seed).to(parameter.device)
            parameter.data = shared[shape]


class MadeUp:
    """Stands in for torchvision's downloads: weights that are made up, or an error where there are none to be had."""

    def __init__(self, there: bool):
        self.there, self.asked = there, []

    def __call__(self, url: str, *_: Any, **__: Any) -> dict:
        """What `load_state_dict_from_url` is asked for: each tensor filled with one number, the place of its name."""
        self.asked.append(url)
        kind = next((name for name in ("resnet18", "resnet34", "resnet50", "alexnet") if name in url), None)
        if not self.there or kind is None:
            raise URLError("there is no network here")
        with unfilled():
            names = getattr(torchvision.models, kind)(weights=None).state_dict()
        return {name: torch.tensor(1 + place / 64).to(value.dtype).expand(value.shape)
                for place, (name, value) in enumerate(names.items())}

    @contextlib.contextmanager
    def instead_of_downloads(self) -> Iterator[None]:
        """Meanwhile nothing is downloaded."""
        places = [torch.hub, torchvision.models._api, torchvision._internally_replaced_utils]
        real = [place.load_state_dict_from_url for place in places]
        try:
            for place in places:
                place.load_state_dict_from_url = self
            yield
        finally:
            for place, function in zip(places, real):
                place.load_state_dict_from_url = function


def build_offline(build: Any, arguments: list, options: dict, there: bool) -> dict:
    """A network, and the addresses from which weights were asked for meanwhile.

    Args:
        build: called with arguments and options.
        there: whether there are weights to be had.
    """
    weights = MadeUp(there)
    with unfilled(), weights.instead_of_downloads():
        model = build(*arguments, **options)
    return {"model": model, "asked": weights.asked}


def trained_gradients(model: nn.Module, images: torch.Tensor, targets: torch.Tensor) -> dict:
    """For every parameter that trains, whether a gradient of the cross-entropy arrives in train mode."""
    model.train()
    model.zero_grad(set_to_none=True)
    F.cross_entropy(model(images), targets).backward()
    arrived = {name: parameter.grad is not None for name, parameter in model.named_parameters() if parameter.requires_grad}
    model.zero_grad(set_to_none=True)
    return arrived
