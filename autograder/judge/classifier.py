"""What every classifier of the course must do, as questions that a check of any of them asks in one line."""

from typing import Any

import torch
import torch.nn.functional as F

from ..sandbox.faults import Raised
from ..sandbox.held import Held, words_of
from ..sandbox.student import Student
from .expect import expect_dtype, expect_finite, expect_shape, expect_tensor, fail
from .registered import parameters_of

WRONG_WIDTH = (
    "A layer gets another number of inputs than it was made for. Is that computed from `im_size`, height "
    "and width separately, and does flattening keep the images apart?"
)
CUT_OFF = "Is there a `detach()`, `.data`, `no_grad()` or numpy on the way?"
RANDOM = "Something random takes part: dropout belongs into nn.Dropout, or `F.dropout` needs `training=self.training`."


def built(student: Student, model: Any, images: torch.Tensor) -> Held:
    """The model ready to be looked at: an nn.Module whose lazy layers have got their shapes from a first batch."""
    if any(shape is None for _, shape, _, _ in parameters_of(student, model)):
        model(images)
        lazy = [name for name, shape, _, _ in parameters_of(student, model) if shape is None]
        if lazy:
            fail(f"{words_of(model)} has lazy parameters that `forward` never uses: {', '.join(lazy)}.")
    return model


def answer(call: str, model: Held, images: torch.Tensor, any_value: bool = False) -> Any:
    """The tensor that the model returns; an exception that says little to a beginner comes with a hint.

    Args:
        any_value: whether what is no tensor comes back, too.
    """
    try:
        got = model(images)
        return got if any_value else expect_tensor(call, got)
    except Raised as fault:
        if "shapes cannot be multiplied" in fault.details or "size mismatch" in fault.details:
            fail(fault.message, WRONG_WIDTH)
        raise


def expect_scores_shape(model: Held, images: torch.Tensor, n_classes: int) -> torch.Tensor:
    """One row of finite scores per image; returns them."""
    call = words_of(model) + f"(<{'x'.join(str(size) for size in images.shape)}>)"
    scores = answer(call, model, images)
    expect_shape(call, scores, (len(images), n_classes), shape_hint(scores, len(images), n_classes))
    expect_dtype(call, scores, images.dtype)
    expect_finite(call, scores)
    return scores


def shape_hint(scores: torch.Tensor, n: int, n_classes: int) -> str:
    shape = tuple(scores.shape)
    if shape == (n_classes, n):
        return "Rows are images and columns are classes: is it transposed?"
    if shape == (n,) and scores.dtype is torch.int64:
        return "These are class numbers: is there an `argmax`? Return the scores of all classes."
    if n == 1 and shape == (n_classes,):
        return "A batch of one image still has its batch dimension: is there a `squeeze`?"
    if len(shape) == 2 and shape[0] == n:
        return "There should be one score per class: is the last layer `n_classes` wide, and is it applied?"
    if len(shape) == 2 and shape[1] == n_classes:
        return "Where does the number of images get lost? `flatten(1)` keeps the first dimension."
    return ""


Gradients = dict[str, torch.Tensor | None]


def expect_gradients(student: Student, model: Held, images: torch.Tensor, targets: torch.Tensor) -> Gradients:
    """The gradient of the mean cross-entropy for every parameter by name; that there is none is said in words."""
    return probe_with_gradients(student, "scores_and_gradients", model, images, targets)["gradients"]


def probe_with_gradients(student: Student, name: str, model: Held, *arguments: Any) -> dict:
    """A probe that computes gradients; what torch says when that fails is put in words."""
    try:
        return student.probe(name, model, *arguments)
    except Raised as fault:
        if "does not require grad" in fault.details:
            fail(f"No gradient of the loss reaches any parameter of {words_of(model)}.", CUT_OFF)
        if "modified by an inplace operation" in fault.details:
            fail(
                f"The gradients of {words_of(model)} cannot be computed: values that they need were changed in place.",
                "Is there a `+=`, `x[...] = ` or a method that ends in `_` on the way?",
            )
        raise


def near(got: torch.Tensor, want: torch.Tensor, tolerance: float = 1e-3) -> bool:
    """Whether scores are the same but for rounding, in parts of the largest one."""
    # 1e-3 of the scores' own size: batches of other sizes may use other kernels, mixing images changes far more.
    if got.shape != want.shape or not (got.isfinite().all() and want.isfinite().all()):
        return False
    got, want = got.double(), want.double()
    return torch.allclose(got, want, rtol=tolerance, atol=tolerance * max(float(want.abs().max()), 1e-3))


def expect_images_unchanged(student: Student, model: Held, images: torch.Tensor) -> None:
    """The images are still what they were after the call."""
    _, (after,) = student.probe("call_and_show_inputs", model, images)
    if not torch.equal(after.cpu(), images.cpu()):
        fail(
            f"{words_of(model)} changed the images it was given.",
            "Is there an in-place operation (`+=`, `relu_`, `x[...] = `) on the input?",
        )


def accuracy(scores: torch.Tensor, targets: torch.Tensor) -> float:
    """The part of the rows whose largest score is the target's."""
    return float((scores.cpu().argmax(1) == targets.cpu()).double().mean())


def mean_loss(scores: torch.Tensor, targets: torch.Tensor) -> float:
    """The mean cross-entropy, computed here from a student's scores."""
    return float(F.cross_entropy(scores.double().cpu(), targets.cpu()))
