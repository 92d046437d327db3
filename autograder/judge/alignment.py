"""Carry the reference's weights over into a student's model, whatever its layout, so that everything else can be compared.

Parameters are matched by shape (either orientation) and order, not by name. Flattening may take the pixels in any fixed
order; that order is read off the student's own gradients: for a batch of one image, the gradient of an affine layer's
weights divided by that of its bias is the layer's input.
"""
import copy
from dataclasses import dataclass, replace
from typing import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import nn

from ..sandbox.student import Held, Student
from .layouts import Layout, joined_layouts, layouts

Shapes = list[tuple[str, tuple[int, ...]]]
Features = Callable[[nn.Module, torch.Tensor], torch.Tensor]


@dataclass
class Alignment:
    """Which of the student's parameters is which of the reference's, and how to convert between them.

    `slots` maps a reference name to (student's name, layout); weight and bias that lie in one matrix have the same name.
    """

    twin: nn.Module
    slots: dict[str, tuple[str, Layout]]
    flat: str                               # the reference's weight that follows the flattening
    explained: bool = False                 # whether the model computes what this way of matching says
    order: torch.Tensor | None = None       # position i of the student's flattened input is position order[i] of ours

    def weights(self) -> dict[str, torch.Tensor]:
        """The reference's weights by the student's names and in the student's layout."""
        values = {name: value.detach() for name, value in self.twin.named_parameters()}
        if self.order is not None:
            values[self.flat] = values[self.flat][:, self.order]
        result = {}
        for name, (theirs, layout) in self.slots.items():
            partners = [other for other, slot in self.slots.items() if slot[0] == theirs]
            if len(partners) == 2:
                weight, bias = (values[partner] for partner in partners)
                result[theirs] = layout.to_student(torch.cat([weight.flatten(1), bias[:, None]], 1)).contiguous()
            else:
                result[theirs] = layout.to_student(values[name]).contiguous()
        return result

    def to_reference(self, theirs: dict[str, torch.Tensor | None]) -> dict[str, torch.Tensor | None]:
        """Values by the student's names, such as gradients, as values by the reference's names and in its layout."""
        result = {}
        for name, (their_name, layout) in self.slots.items():
            value = theirs.get(their_name)
            value = layout.from_student(value) if isinstance(value, torch.Tensor) else None
            if value is not None and name == self.flat and self.order is not None:
                value = value[:, torch.argsort(self.order)]
            result[name] = value
        return result


def candidates(twin: nn.Module, found: Shapes, flat: str) -> Iterator[Alignment]:
    """Every way to match the reference's parameters with the student's shapes, plain ones first."""
    wanted = [(name, tuple(value.shape)) for name, value in twin.named_parameters()]
    for slots in _plain(wanted, found):
        yield Alignment(twin, slots, flat)
    if len(found) < len(wanted):
        for slots in _with_joined(wanted, found):
            yield Alignment(twin, slots, flat)


def _plain(wanted: Shapes, found: Shapes) -> Iterator[dict]:
    if not wanted:
        if not found:
            yield {}
        return
    (name, shape), rest = wanted[0], wanted[1:]
    for place, (theirs, their_shape) in enumerate(found):
        for layout in layouts(shape, their_shape):
            for others in _plain(rest, found[:place] + found[place + 1:]):
                yield {name: (theirs, layout)} | others


def _with_joined(wanted: Shapes, found: Shapes) -> Iterator[dict]:
    if not wanted:
        if not found:
            yield {}
        return
    (weight, shape), (bias, _), rest = wanted[0], wanted[1], wanted[2:]
    for place, (theirs, their_shape) in enumerate(found):
        others_found = found[:place] + found[place + 1:]
        for pair in joined_layouts(shape, their_shape):
            for others in _with_joined(rest, others_found):
                yield {weight: (theirs, pair[0]), bias: (theirs, pair[1])} | others
    for first in _plain(wanted[:2], found[:2]) if len(found) > 1 else ():
        for others in _with_joined(rest, found[2:]):
            yield first | others


def align(student: Student, model: Held, twin: nn.Module, flat: str, features: Features, image: torch.Tensor) -> Alignment | None:
    """Match the student's model with the reference and load the reference's weights into it.

    Args:
        twin: the reference model whose weights are carried over.
        flat: the name of its weight that follows the flattening.
        features: `features(twin, images)` is the input of that layer, (N, D).
        image: (1, C, H, W), an image to find the order of flattening with.
    Returns: the alignment, or None when the shapes cannot be matched.
    """
    shapes = [(name, tuple(shape)) for name, shape, _, _ in student.probe("parameters", model)]
    possible = list(candidates(twin, shapes, flat))
    bright = _lifted(twin, flat)
    for alignment in possible:
        order = _find_order(student, model, replace(alignment, twin=bright), features, image)
        if order is not None:
            alignment.explained = True
            alignment.order = None if bool((order == torch.arange(len(order), device=order.device)).all()) else order
            break
    else:
        alignment = possible[0] if possible else None
    if alignment is not None:
        student.probe("load", model, alignment.weights())
    return alignment


def _lifted(twin: nn.Module, flat: str) -> nn.Module:
    """The reference with biases so high before the flattening that no ReLU there hides a value."""
    bright = copy.deepcopy(twin)
    for name, value in bright.named_parameters():
        if name.rpartition(".")[0] == flat.rpartition(".")[0]:
            break
        if name.endswith("bias"):
            value.data += 8
    return bright


def _find_order(student: Student, model: Held, alignment: Alignment, features: Features, image: torch.Tensor) -> torch.Tensor | None:
    """How the student flattens; None when this way of matching contradicts what the model computes."""
    student.probe("load", model, alignment.weights())
    target = torch.zeros(1, dtype=torch.int64, device=image.device)
    reply = student.probe("scores_and_gradients", model, image, target)
    gradients = alignment.to_reference(reply["gradients"])
    weight, bias = gradients[alignment.flat], gradients[alignment.flat.removesuffix("weight") + "bias"]
    if weight is None or bias is None or not bias.abs().max() > 0:
        return None
    unit = bias.abs().argmax()
    theirs, ours = (weight[unit] / bias[unit]).double(), features(alignment.twin, image)[0].detach().double()
    sorted_theirs, sorted_ours = theirs.sort(), ours.sort()
    if not torch.allclose(sorted_theirs.values, sorted_ours.values, rtol=1e-3, atol=1e-3):
        return None
    if torch.allclose(theirs, ours, rtol=1e-3, atol=1e-3):
        return torch.arange(len(ours), device=ours.device)
    order = torch.empty_like(sorted_ours.indices)
    order[sorted_theirs.indices] = sorted_ours.indices
    return order


def reference_gradients(twin: nn.Module, images: torch.Tensor, targets: torch.Tensor) -> dict[str, torch.Tensor]:
    """The gradient of the mean cross-entropy with respect to each of the reference's parameters."""
    loss = F.cross_entropy(twin(images), targets)
    names = [name for name, _ in twin.named_parameters()]
    return dict(zip(names, torch.autograd.grad(loss, list(twin.parameters()))))
