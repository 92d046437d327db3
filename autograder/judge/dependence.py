"""A check on the student's own terms counts only for an answer that depends on what it should depend on.

Same scores twice, an image alone, images unchanged, a dtype kept: a function that returns zeros keeps all of these promises, and
deserves no points for it. A check that compares nothing with the reference asks this first.
"""

from typing import Any

import torch

from ..sandbox.student import Held, Student, words_of
from .expect import expect, expect_tensor, fail
from .registered import trainable

CONSTANT_IMAGES = "Does `forward` use the images?"
CONSTANT_WEIGHTS = "Does `forward` use the module's own parameters? Values that are computed once, or elsewhere, are not trained."


def expect_depends(call: str, one: Any, other: Any, on: str, hint: str = "") -> None:
    """Two results for different inputs differ.

    Args:
        one, other: what came back.
        on: what differed in the inputs, in words.
    """
    first, second = expect_tensor(call, one).detach(), expect_tensor(call, other).detach()
    expect(first.shape != second.shape or not torch.equal(first, second), f"{call} returned the same for other {on}.", hint)


def expect_depends_on_images_and_weights(student: Student, model: Held, images: torch.Tensor) -> None:
    """The scores of a model change with the images and with its trainable parameters; it keeps the weights that it has.

    All weights and pixels are positive here, so that no ReLU hides anything; a start with zeros costs nothing.

    Args:
        images: (N, C, H, W).
    """
    names = trainable(student, model)
    kept = {name: value for name, value in student.probe("parameter_values", model).items() if isinstance(value, torch.Tensor)}
    call = f"{words_of(model)}, called with other images or given other weights,"
    bright, ramp = images.abs() + 0.1, torch.linspace(0.5, 2, images[0].numel(), device=images.device).reshape(images[0].shape)
    student.probe("load", model, {name: _positive(value, 1) for name, value in kept.items()})
    scores = model(bright)
    try:
        expect_depends(call, scores, model(bright * ramp), "images", CONSTANT_IMAGES)
        student.probe("load", model, {name: _positive(value, 2) for name, value in kept.items() if name in names})
        expect_depends(call, scores, model(bright), "weights", CONSTANT_WEIGHTS)
    finally:
        student.probe("load", model, kept)


def _positive(value: torch.Tensor, number: int) -> torch.Tensor:
    """Weights of this shape in (0, 2 / fan-in), other ones for each number."""
    if not value.is_floating_point():
        fail(f"A parameter has the dtype {str(value.dtype).removeprefix('torch.')}; parameters are floating-point numbers.")
    generator = torch.Generator().manual_seed(number)
    fan_in = max(1, value[0].numel() if value.ndim > 1 else 4)
    return (2 * torch.rand(value.shape, generator=generator) / fan_in).to(value)
