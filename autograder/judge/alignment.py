"""Carry the reference's weights over into a student's model, whatever its layout, so that all else can be compared.

Parameters are matched by shape (any order of the axes) and order, not by name. Flattening may take the pixels in any
fixed order; that order is read off the student's own gradients: for a batch of one image, the gradient of an affine
layer's weights divided by that of its bias is the layer's input.
"""
import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import nn

from ..sandbox.faults import NotWritten, Raised
from ..sandbox.student import Held, Student
from .layouts import Layout, joined_layouts, layouts

Names = tuple[str, ...]
Shapes = list[tuple[Names, tuple[int, ...]]]
Slots = dict[str, tuple[Names, Layout]]
Features = Callable[[nn.Module, torch.Tensor], torch.Tensor]
Variant = Callable[[nn.Module], object]

# Inputs of a layer read off gradients in float32 are right to 1e-5; different inputs differ by far more in some image.
SAME_INPUT = 1e-3


@dataclass
class Alignment:
    """Which of the student's parameters is which of the reference's, and how to convert between them.

    `slots` maps a reference name to (student's names, layout). A parameter has several names where the student keeps
    every row on its own; weight and bias that lie in one matrix have the same names.
    """

    twin: nn.Module
    slots: Slots
    flat: str                               # the reference's weight that follows the flattening
    explained: bool = False                 # whether the model computes what this way of matching says
    order: torch.Tensor | None = None       # position i of the student's flattened input is position order[i] of ours

    def weights(self) -> dict[str, torch.Tensor]:
        """The reference's weights by the student's names and in the student's layout."""
        values = {name: value.detach() for name, value in self.twin.named_parameters()}
        if self.order is not None:
            values[self.flat] = values[self.flat][:, self.order.to(values[self.flat].device)]
        result: dict[str, torch.Tensor] = {}
        for name, (theirs, layout) in self.slots.items():
            partners = [other for other, slot in self.slots.items() if slot[0] == theirs]
            if len(partners) == 2:
                weight, bias = (values[partner] for partner in partners)
                whole = layout.to_student(torch.cat([weight.flatten(1), bias[:, None]], 1))
            else:
                whole = layout.to_student(values[name])
            rows = whole.unbind(0) if len(theirs) > 1 else [whole]
            result |= {their_name: row.contiguous() for their_name, row in zip(theirs, rows)}
        return result

    def to_reference(self, theirs: dict[str, torch.Tensor | None]) -> dict[str, torch.Tensor | None]:
        """Values by the student's names, such as gradients, as values by the reference's names and in its layout."""
        result: dict[str, torch.Tensor | None] = {}
        for name, (their_names, layout) in self.slots.items():
            rows = [theirs.get(their_name) for their_name in their_names]
            if not all(isinstance(row, torch.Tensor) for row in rows):
                result[name] = None
                continue
            value = layout.from_student(torch.stack(rows) if len(rows) > 1 else rows[0])    # type: ignore[arg-type]
            if name == self.flat and self.order is not None:
                value = value[:, torch.argsort(self.order).to(value.device)]
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
    if len(found) > len(wanted):
        for slots in _plain(wanted, _rows_together(found)):
            yield Alignment(twin, slots, flat)


def _plain(wanted: list, found: Shapes) -> Iterator[Slots]:
    if not wanted or len(wanted) != len(found):
        if not wanted and not found:
            yield {}
        return
    (name, shape), rest = wanted[0], wanted[1:]
    for place, (theirs, their_shape) in enumerate(found):
        for layout in layouts(shape, their_shape):
            for others in _plain(rest, found[:place] + found[place + 1:]):
                yield {name: (theirs, layout)} | others


def _with_joined(wanted: list, found: Shapes) -> Iterator[Slots]:
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
    for chosen in _pairs(found):
        for first in _plain(wanted[:2], [found[place] for place in chosen]):
            for others in _with_joined(rest, [entry for place, entry in enumerate(found) if place not in chosen]):
                yield first | others


def _pairs(found: Shapes) -> Iterator[tuple[int, int]]:
    """Two places among the parameters found: a weight and a bias that may lie apart."""
    return ((i, j) for i in range(len(found)) for j in range(i + 1, len(found)))


def _rows_together(found: Shapes) -> Shapes:
    """The parameters with those of the same shape as one, as when every class or unit is a layer of its own."""
    groups: dict[tuple[int, ...], list[str]] = {}
    for names, shape in found:
        groups.setdefault(shape, []).extend(names)
    return [(tuple(names), (len(names), *shape) if len(names) > 1 else shape) for shape, names in groups.items()]


def pixels(_: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """What enters a layer that sees the images themselves: (N, D)."""
    return images.flatten(1)


def align(student: Student, model: Held, twin: nn.Module, flat: str, images: torch.Tensor, features: Features = pixels,
          variants: Sequence[Variant] = (lambda twin: None,)) -> Alignment | None:
    """Match the student's model with the reference and load the reference's weights into it.

    Args:
        twin: the reference.
        flat: the name of its weight that follows the flattening.
        images: (N, C, H, W), at least three, to find the order of flattening with.
        features: `features(twin, images)` is the input of the layer that follows the flattening, (N, D).
        variants: each changes the reference into one that is as right with the same weights; the usual one first.
    Returns: the alignment, or None when the shapes cannot be matched.
    """
    shapes: Shapes = [((name,), tuple(shape)) for name, shape, _, _ in student.probe("parameters", model)]
    first = None
    for possible in candidates(twin, shapes, flat):
        first = first or possible
        found = _explained(student, model, possible, images, features, variants)
        if found is not None:
            break
    else:
        found = first and _varied(first, variants[0])
    if found is not None:
        student.probe("load", model, found.weights())
    return found


def _varied(alignment: Alignment, variant: Variant, **found: object) -> Alignment:
    twin = copy.deepcopy(alignment.twin)
    variant(twin)
    return replace(alignment, twin=twin, **found)   # type: ignore[arg-type]


def _explained(student: Student, model: Held, alignment: Alignment, images: torch.Tensor, features: Features,
               variants: Sequence[Variant]) -> Alignment | None:
    """The alignment with twin and order; None when this way of matching contradicts what the model computes."""
    bright = replace(alignment, twin=_lifted(alignment.twin, alignment.flat))
    student.probe("load", model, bright.weights())
    theirs = _flat_input(student, model, bright, images[:1])
    if theirs is None:
        return None
    for variant in variants:
        variant(bright.twin)
        ours = features(bright.twin, images[:1]).detach().double().cpu()
        if ours.shape != theirs.shape or not _same(theirs.sort().values, ours.sort().values):
            continue
        if _same(theirs, ours):
            return _varied(alignment, variant, explained=True)
        rows = [_flat_input(student, model, bright, image[None]) for image in images[1:3]]
        known = [row for row in rows if row is not None]
        if len(known) == len(rows):
            order = _order(torch.cat([theirs, *known]), features(bright.twin, images[:3]).detach().double().cpu())
            if order is not None:
                return _varied(alignment, variant, explained=True, order=order)
    return None


def _same(theirs: torch.Tensor, ours: torch.Tensor) -> bool:
    return torch.allclose(theirs, ours, rtol=SAME_INPUT, atol=SAME_INPUT)


def _lifted(twin: nn.Module, flat: str) -> nn.Module:
    """The reference with biases so high before the last layer that no ReLU there hides a value."""
    bright = copy.deepcopy(twin)
    names = [name for name, _ in bright.named_parameters()]
    for name, value in list(bright.named_parameters())[: names.index(flat) + 2]:
        if name.endswith("bias") and name != names[-1]:
            value.data += 8
    return bright


def _flat_input(student: Student, model: Held, alignment: Alignment, image: torch.Tensor) -> torch.Tensor | None:
    """What the student's layer after the flattening gets for one image, (1, D); None when no gradient tells."""
    try:
        target = torch.zeros(1, dtype=torch.int64, device=image.device)
        reply = student.probe("scores_and_gradients", model, image, target)
    except (Raised, NotWritten):        # the checks of scores and gradients say what is wrong
        return None
    gradients = alignment.to_reference(reply["gradients"])
    weight, bias = gradients[alignment.flat], gradients[alignment.flat.removesuffix("weight") + "bias"]
    if weight is None or bias is None or not bias.abs().max() > 0:
        return None
    unit = bias.abs().argmax()
    return (weight[unit] / bias[unit]).double().cpu()[None]


def _order(theirs: torch.Tensor, ours: torch.Tensor) -> torch.Tensor | None:
    """For every position of the student's input, the position of ours that has the same values in every image.

    Args:
        theirs, ours: (images, D).
    """
    distances = (theirs.T[:, None] - ours.T[None]).abs().amax(2)
    order = torch.full((len(distances),), -1)
    for position in range(len(distances)):
        nearest = int(distances[position].argmin())
        if not distances[position, nearest] < 10 * SAME_INPUT:
            return None
        order[position] = nearest
        distances[:, nearest] = float("inf")        # two inputs may always be equal; each is taken once
    return order


def reference_gradients(twin: nn.Module, images: torch.Tensor, targets: torch.Tensor) -> dict[str, torch.Tensor]:
    """The gradient of the mean cross-entropy with respect to each of the reference's parameters."""
    loss = F.cross_entropy(twin(images), targets)
    names = [name for name, _ in twin.named_parameters()]
    return dict(zip(names, torch.autograd.grad(loss, list(twin.parameters()))))
