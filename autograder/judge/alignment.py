"""Carry the reference's weights over into a student's model, whatever its layout, so that all else can be compared.

Parameters are matched by shape (any order of the axes) and order, not by name. Flattening may take the pixels in any
fixed order; that order is read off the student's own gradients: for a batch of one image, the gradient of an affine
layer's weights divided by that of its bias is the layer's input.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import nn

from ..sandbox.faults import NotWritten, Raised
from ..sandbox.held import Held
from ..sandbox.student import Student
from .matches import Alignment, Shapes, ways

Found = Sequence[tuple]
Features = Callable[[nn.Module, torch.Tensor], torch.Tensor]
Variant = Callable[[nn.Module], object]

# Inputs of a layer read off gradients in float32 are right to 1e-5; different inputs differ by far more in some image.
SAME_INPUT = 1e-3


def pixels(_: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """What enters a layer that sees the images themselves: (N, D)."""
    return images.flatten(1)


def align(
    student: Student,
    model: Held,
    found: Found,
    twin: nn.Module,
    flat: str,
    images: torch.Tensor,
    features: Features = pixels,
    variants: Sequence[Variant] = (lambda twin: None,),
) -> Alignment | None:
    """Match the student's model with the reference and load the reference's weights into it, or as many as have a place.

    Args:
        found: names and shapes of the student's parameters, more in each entry does not matter.
        twin: the reference.
        flat: the name of its weight that follows the flattening.
        images: (N, C, H, W), at least three, to find the order of flattening with.
        features: `features(twin, images)` is the input of the layer that follows the flattening, (N, D).
        variants: each changes the reference into one that is as right with the same weights; the usual one first.
    Returns: the alignment, or None when the shapes of the weights cannot be matched.
    """
    shapes: Shapes = [((name,), tuple(shape)) for name, shape, *_ in found]
    first = None
    for possible in ways(twin, shapes, flat):
        first = first or possible
        chosen = _explained(student, model, possible, images, features, variants)
        if chosen is not None:
            break
    else:
        chosen = first and _varied(first, variants[0])
    if chosen is not None:
        student.probe("load", model, chosen.weights())
    return chosen


def _varied(alignment: Alignment, variant: Variant, **found: object) -> Alignment:
    twin = copy.deepcopy(alignment.twin)
    variant(twin)
    return replace(alignment, twin=twin, **found)  # type: ignore[arg-type]


def _explained(
    student: Student, model: Held, alignment: Alignment, images: torch.Tensor, features: Features, variants: Sequence[Variant]
) -> Alignment | None:
    """The alignment with twin and order; None when this way of matching contradicts what the model computes."""
    bright = replace(alignment, twin=_lifted(alignment.twin, alignment.flat))
    student.probe("load", model, bright.weights())
    theirs, exact = _flat_input(student, model, bright, images[:1])
    if theirs is None:
        return None
    for variant in variants:
        variant(bright.twin)
        ours = features(bright.twin, images[:1]).detach().double().cpu()
        if not exact:
            theirs = _to_size(theirs, ours)
        if ours.shape != theirs.shape or not _same(theirs.sort().values, ours.sort().values):
            continue
        if _same(theirs, ours):
            return _varied(alignment, variant, explained=True)
        rows = [_flat_input(student, model, bright, image[None])[0] for image in images[1:3]]
        known = [row for row in rows if row is not None]
        if len(known) == len(rows):
            all_ours = features(bright.twin, images[:3]).detach().double().cpu()
            all_theirs = torch.cat([theirs, *known])
            order = _order(all_theirs if exact else _to_size(all_theirs, all_ours), all_ours)
            if order is not None:
                return _varied(alignment, variant, explained=True, order=order)
    return None


def bias_of(weight: str) -> str:
    """The name of the bias beside a weight."""
    return weight.removesuffix("weight") + "bias"


def _to_size(theirs: torch.Tensor, ours: torch.Tensor) -> torch.Tensor:
    """Rows that are known but for a factor, as large as ours and of the sign with which they are more like ours."""
    if theirs.shape != ours.shape:
        return theirs
    scaled = theirs * (ours.norm(dim=1) / theirs.norm(dim=1).clamp_min(1e-30))[:, None]
    sorted_ours, sorted_theirs = ours.sort(1).values, scaled.sort(1).values
    opposite = (sorted_theirs - sorted_ours).norm(dim=1) > (sorted_theirs.flip(1).neg() - sorted_ours).norm(dim=1)
    return torch.where(opposite[:, None], -scaled, scaled)


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


def _flat_input(student: Student, model: Held, alignment: Alignment, image: torch.Tensor) -> tuple[torch.Tensor | None, bool]:
    """What the student's layer after the flattening gets for one image, (1, D); None when no gradient tells.

    Returns: that, and whether it is exact; where no gradient of a bias arrives, it is known but for a factor.
    """
    try:
        target = torch.zeros(1, dtype=torch.int64)
        reply = student.probe("scores_and_gradients", model, image, target)
    except (Raised, NotWritten):  # the checks of scores and gradients say what is wrong
        return None, False
    gradients = alignment.to_reference(reply["gradients"])
    weight, bias = gradients[alignment.flat], gradients.get(bias_of(alignment.flat))
    if weight is None:
        return None, False
    if bias is None:
        return weight[weight.norm(dim=1).argmax()].double().cpu()[None], False
    if not bias.abs().max() > 0:
        return None, False
    unit = bias.abs().argmax()
    return (weight[unit] / bias[unit]).double().cpu()[None], True


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
        distances[:, nearest] = float("inf")  # two inputs may always be equal; each is taken once
    return order


def reference_gradients(twin: nn.Module, images: torch.Tensor, targets: torch.Tensor) -> dict[str, torch.Tensor]:
    """The gradient of the mean cross-entropy with respect to each of the reference's parameters."""
    loss = F.cross_entropy(twin(images), targets)
    names = [name for name, _ in twin.named_parameters()]
    return dict(zip(names, torch.autograd.grad(loss, list(twin.parameters()))))
