"""Services on large ready-made networks inside the child, and such networks built without losing time.

As in `probes.py`, values leave the child and are judged elsewhere; nothing here knows a right answer. The grading
process fills its own networks from this file with the same weights.
"""

import contextlib
import functools
import re
from typing import Any
from collections.abc import Iterator
from urllib.error import URLError

import numpy as np
import torch
import torch.nn.functional as F
import torchvision
from torch import nn

BLOCK = 65_521  # random numbers that weights are tiled from; prime, so that no row repeats another
LARGE, FILLED_ROWS = 1 << 22, 64


@contextlib.contextmanager
def unfilled() -> Iterator[None]:
    """Layers made meanwhile do not draw their first weights, which takes longer than all else about a large network."""
    names = ("kaiming_normal_", "kaiming_uniform_", "xavier_normal_", "xavier_uniform_", "trunc_normal_")
    real = {name: getattr(nn.init, name) for name in names}
    try:
        for name in names:
            setattr(nn.init, name, lambda tensor, *_, **__: tensor)
        yield
    finally:
        for name, function in real.items():
            setattr(nn.init, name, function)


@functools.cache
def patterned(shape: tuple, seed: int) -> torch.Tensor:
    """The values that every parameter of this shape gets; of a very large one only the first rows are not zero."""
    size = torch.Size(shape)
    block = torch.randn(BLOCK, generator=torch.Generator().manual_seed(seed))
    if size.numel() <= LARGE:
        fan_in = size[1:].numel() if len(size) > 1 else 20_000
        return (block * (2 / fan_in) ** 0.5).repeat(-(-size.numel() // BLOCK))[: size.numel()].view(size)
    values = torch.from_numpy(np.zeros(shape, np.float32))  # takes no memory until it is written, unlike torch's
    values[:FILLED_ROWS] = patterned((FILLED_ROWS, *shape[1:]), seed)
    return values


def fill(model: nn.Module, seed: int, vectors: bool = True) -> None:
    """Give every parameter the values of its shape; parameters of one shape share their memory, in all networks.

    Args:
        vectors: whether biases and the weights of batch norms get other values, too.
    """
    for parameter in model.parameters():
        if parameter.ndim > 1 or vectors:
            parameter.data = patterned(tuple(parameter.shape), seed).to(parameter.device)


class MadeUp:
    """Stands in for torchvision's downloads: weights that are made up, or an error where there are none to be had."""

    def __init__(self, there: bool):
        self.there = there
        self.asked: list[str] = []

    def __call__(self, url: str, *_: Any, **__: Any) -> dict:
        """What `load_state_dict_from_url` is asked for: each tensor filled with one number, the place of its name."""
        self.asked.append(url)
        kind = re.split(r"[^a-z0-9_]", url.rpartition("/")[2])[0]  # .../NAME-0676ba61.pth
        if not self.there or kind not in torchvision.models.list_models():
            raise URLError("there is no network here")
        with unfilled():
            names = torchvision.models.get_model(kind, weights=None).state_dict()
        return {
            name: torch.tensor(1 + place / 64).to(value.dtype).expand(value.shape)
            for place, (name, value) in enumerate(names.items())
        }

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
    Returns: `in train mode`: whether it is, as it comes; `norms that train`: names of its batch norms that are.
    """
    weights = MadeUp(there)
    with unfilled(), weights.instead_of_downloads():
        model = build(*arguments, **options)
    layers = model.named_modules() if isinstance(model, nn.Module) else ()
    return {
        "model": model,
        "asked": weights.asked,
        "in train mode": isinstance(model, nn.Module) and model.training is True,
        "norms that train": [
            name for name, layer in layers if isinstance(layer, nn.modules.batchnorm._NormBase) and layer.training
        ],
    }


def scores_and_reached(model: nn.Module, images: torch.Tensor) -> dict:
    """Scores in eval mode, and for every parameter that trains, whether it is in their graph."""
    model.eval()
    scores = model(images)
    leaves = leaves_of(scores)
    return {
        "scores": scores,
        "reached": {name: id(value) in leaves for name, value in model.named_parameters() if value.requires_grad},
    }


def network_report(model: nn.Module, images: torch.Tensor) -> dict:
    """A network in eval mode: its parameters, batch norms, scores, and which layers were called.

    Returns: `parameters` as (name, shape, trains, called), `norms` as (name, whether its weight trains, its bias),
        `scores`; `linear` and `convolution`: what entered and left the first two linear layers and the last convolution.
    """
    model.eval()
    called, hooks = set(), []
    seen: dict[type, list] = {nn.Linear: [], nn.Conv2d: []}

    def ran(layer: nn.Module, given: tuple, result: torch.Tensor, own: str) -> None:
        called.add(own)
        for kind, kept in seen.items():
            if isinstance(layer, kind) and not (kind is nn.Linear and len(kept) == 2):
                pair = {"into": given[0].detach().clone(), "out": result.detach().clone()}  # what follows may work in place
                kept[:] = [*kept, pair] if kind is nn.Linear else [pair]

    for name, layer in model.named_modules():
        hooks.append(layer.register_forward_hook(lambda used, given, result, own=name: ran(used, given, result, own)))
    with torch.no_grad():
        scores = model(images)
    for hook in hooks:
        hook.remove()
    return {
        "parameters": [
            (name, tuple(value.shape), value.requires_grad, name.rpartition(".")[0] in called)
            for name, value in model.named_parameters()
        ],
        "norms": [(name, *trains_of(layer)) for name, layer in norms_of(model).items()],
        "scores": scores,
        "linear": seen[nn.Linear],
        "convolution": seen[nn.Conv2d],
        "eval reached": not model.training,
    }


def norms_of(model: nn.Module) -> dict:
    """Every layer with a running mean, by name."""
    return {name: layer for name, layer in model.named_modules() if getattr(layer, "running_mean", None) is not None}


def trains_of(layer: nn.Module) -> tuple:
    """Whether a layer's weight and bias train."""
    values = (getattr(layer, name, None) for name in ("weight", "bias"))
    return tuple(isinstance(value, torch.Tensor) and value.requires_grad for value in values)


def train_report(model: nn.Module, images: torch.Tensor, targets: torch.Tensor, backward: bool) -> dict:
    """What a run in train mode does: gradients that arrive, batch norms that move, and modes.

    Args:
        backward: whether to compute the gradients, which takes long where all of a network trains; else the graph is
            followed to see where they would arrive.
    Returns: `graph`: whether the loss has one; `arrived` for every parameter that trains; `moved` and `counted`: names
        of the norms whose running mean or variance, or whose count of batches alone, changed; `train reached`;
        `frozen`; `still`: layers with parameters that train and that are not in train mode.
    """
    model.train()
    model.zero_grad(set_to_none=True)
    trained = {name: value for name, value in model.named_parameters() if value.requires_grad}
    norms = norms_of(model)
    before = {name: {key: value.clone() for key, value in layer.named_buffers()} for name, layer in norms.items()}
    loss = F.cross_entropy(model(images), targets)
    if loss.requires_grad and backward:
        loss.backward()
        arrived = {name: value.grad is not None for name, value in trained.items()}
    else:
        leaves = leaves_of(loss)
        arrived = {name: id(value) in leaves for name, value in trained.items()}
    model.zero_grad(set_to_none=True)
    changed = {
        name: [key for key, value in layer.named_buffers() if not torch.equal(value, before[name][key])]
        for name, layer in norms.items()
    }
    owners = {name.rpartition(".")[0] for name in trained}
    return {
        "arrived": arrived,
        "graph": loss.requires_grad,
        "moved": [name for name, keys in changed.items() if {"running_mean", "running_var"} & set(keys)],
        "counted": [name for name, keys in changed.items() if keys == ["num_batches_tracked"]],
        "norms": list(norms),
        "train reached": model.training,
        "frozen": [name for name, value in model.named_parameters() if not value.requires_grad],
        "still": [name for name, layer in model.named_modules() if name in owners and not layer.training],
    }


def leaves_of(result: torch.Tensor) -> set:
    """The `id` of every tensor at which gradients of a result would arrive."""
    found, seen, open_nodes = set(), set(), [result.grad_fn]
    while open_nodes:
        node = open_nodes.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if hasattr(node, "variable"):
            found.add(id(node.variable))
        open_nodes += [following for following, _ in node.next_functions]
    return found


def convolution_corners(model: nn.Module) -> list:
    """First and last number of every convolution's weight."""
    return [(float(value.flatten()[0]), float(value.flatten()[-1])) for value in model.parameters() if value.ndim == 4]
