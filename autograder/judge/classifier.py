"""What every classifier of the course must do, as questions that a check of any of them asks in one line."""
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ..sandbox.faults import Raised
from ..sandbox.student import Held, Student, words_of
from .alignment import Alignment, reference_gradients
from .expect import expect_close, expect_dtype, expect_finite, expect_shape, expect_tensor, fail
from .mistakes import Mistake
from .registered import parameters_of
from .score_mistakes import image_mistakes, score_mistakes
from .classifier_tolerances import FLOAT32_GRADIENTS, FLOAT32_SCORES, FLOAT64_SCORES

WRONG_WIDTH = ("A layer gets another number of inputs than it was made for. Is that computed from `im_size`, height "
               "and width separately, and does flattening keep the images apart?")
CUT_OFF = "Is there a `detach()`, `.data`, `no_grad()` or numpy on the way?"
RANDOM = ("Something random takes part: dropout belongs into nn.Dropout, or `F.dropout` needs "
          "`training=self.training`.")


def built(student: Student, model: Any, images: torch.Tensor) -> Held:
    """The model ready to be looked at: an nn.Module whose lazy layers have got their shapes from a first batch."""
    if any(shape is None for _, shape, _, _ in parameters_of(student, model)):
        model(images)
        lazy = [name for name, shape, _, _ in parameters_of(student, model) if shape is None]
        if lazy:
            fail(f"{words_of(model)} has lazy parameters that `forward` never uses: {', '.join(lazy)}.")
    return model


def answer(call: str, model: Held, images: torch.Tensor) -> torch.Tensor:
    """The tensor that the model returns; an exception that says little to a beginner comes with a hint."""
    try:
        return expect_tensor(call, model(images))
    except Raised as fault:
        if "shapes cannot be multiplied" in fault.details or "size mismatch" in fault.details:
            fail(fault.message, WRONG_WIDTH)
        raise


def expect_scores_shape(model: Held, images: torch.Tensor, n_classes: int) -> torch.Tensor:
    """One row of finite scores per image; returns them."""
    call = words_of(model) + f"(<{'x'.join(str(size) for size in images.shape)}>)"
    scores = answer(call, model, images)
    expect_shape(call, scores, (len(images), n_classes), _shape_hint(scores, len(images), n_classes))
    expect_dtype(call, scores, images.dtype)
    expect_finite(call, scores)
    return scores


def _shape_hint(scores: torch.Tensor, n: int, n_classes: int) -> str:
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


def expect_scores_match(model: Held, twin: nn.Module, images: torch.Tensor, mistakes: Iterable[Mistake],
                        hint: str = "") -> None:
    """With the reference's weights, the scores are the reference's.

    Args:
        mistakes: those that can be made in this problem's layers; computed only when the scores are wrong.
    """
    def scores_of(pixels: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return twin(pixels)

    call = f"{words_of(model)} with weights of ours, for {len(images)} images,"
    want, got = scores_of(images), answer(call, model, images)
    expect_shape(call, got, tuple(want.shape), _shape_hint(got, *want.shape))
    usual = itertools.chain(score_mistakes(want), mistakes, image_mistakes(scores_of, images),
                            oddities(model, images, got, want))
    expect_close(call, got, want, **FLOAT32_SCORES, mistakes=usual, hint=hint)


def oddities(model: Held, images: torch.Tensor, got: torch.Tensor, want: torch.Tensor) -> Iterator[Mistake]:
    """Whatever can be said of wrong scores that no known mistake explains."""
    if bool((got == got[:1]).all()):
        yield Mistake(got, "Every image got the same scores: does `forward` use the images?")
    if not _near(answer(words_of(model), model, images), got, 1e-5):
        yield Mistake(got, f"The same images give other scores each time. {RANDOM}")
    if _near(got, want.cpu(), 1e-2):
        yield Mistake(got, "The scores are nearly right: is something rounded, or computed in a lower precision?")


def expect_gradients_match(student: Student, model: Held, alignment: Alignment, images: torch.Tensor,
                           targets: torch.Tensor) -> None:
    """With the reference's weights, the gradients of the mean cross-entropy are the reference's."""
    theirs = alignment.to_reference(expect_gradients(student, model, images, targets))
    for name, want in reference_gradients(alignment.twin, images, targets).items():
        their_name = alignment.slots[name][0][0]
        call = f"The gradient of the mean cross-entropy for `{their_name}` of {words_of(model)}"
        got = theirs[name]
        if got is None:
            fail(f"{call} is missing: no gradient arrived there.", CUT_OFF)
        expect_close(call, got, want, **FLOAT32_GRADIENTS,
                     hint="Is something on the way done to values without autograd seeing it?")


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
            fail(f"The gradients of {words_of(model)} cannot be computed: values that they need were changed in place.",
                 "Is there a `+=`, `x[...] = ` or a method that ends in `_` on the way?")
        raise


def expect_images_do_not_mix(model: Held, images: torch.Tensor) -> None:
    """In evaluation mode an image's scores depend on that image alone, and on its place in the batch not at all."""
    model.eval()
    call = f"{words_of(model)} in eval mode"
    together, again = answer(call, model, images), answer(call, model, images)
    if not _near(again, together):
        fail(f"{call} gave two different answers for the same images.", RANDOM)
    flipped, alone = answer(call, model, images.flip(0)), answer(call, model, images[:1])
    if not _near(flipped.flip(0), together):
        fail(f"{call} gave other scores to the same images in another order.",
             "Does anything run over the batch dimension?")
    expect_shape(f"{words_of(model)}(<{'x'.join(map(str, images[:1].shape))}>)", alone, tuple(together[:1].shape),
                 _shape_hint(alone, 1, together.shape[-1]))
    if not _near(alone, together[:1]):
        fail(f"{call} gave an image other scores alone than in a batch.",
             "Does anything average or normalise over the batch?")


def _near(got: torch.Tensor, want: torch.Tensor, tolerance: float = 1e-3) -> bool:
    # 1e-3 of the scores' own size: batches of other sizes may use other kernels, mixing images changes far more.
    if got.shape != want.shape or not (got.isfinite().all() and want.isfinite().all()):
        return False
    got, want = got.double(), want.double()
    return torch.allclose(got, want, rtol=tolerance, atol=tolerance * max(float(want.abs().max()), 1e-3))


def expect_repeatable(model: Held, images: torch.Tensor) -> None:
    """In evaluation mode the same images give the same scores."""
    model.eval()
    call = f"{words_of(model)} in eval mode"
    first, second = (answer(call, model, images) for _ in range(2))
    # Sums on a GPU may run in another order the second time; anything random changes far more than 1e-5.
    if not _near(second, first, 1e-5):
        fail(f"{call} gave two different answers for the same images.", RANDOM)


def expect_float64(model: Held, scores_of: Callable[[torch.Tensor], torch.Tensor], images: torch.Tensor) -> None:
    """A model turned to float64 computes in float64 from end to end."""
    wide = model.double()
    hint = "Is there a `.float()`, or a tensor made with a fixed dtype?"
    call = f"{words_of(model)}.double() for float64 images"
    try:
        got = expect_tensor(call, wide(images.double()))
    except Raised as fault:
        fail(fault.message, hint)
    expect_dtype(call, got, torch.float64, hint)
    expect_close(call, got, scores_of(images.double()), **FLOAT64_SCORES,
                 hint="Is something computed in float32 on the way?")


def expect_images_unchanged(student: Student, model: Held, images: torch.Tensor) -> None:
    """The images are still what they were after the call."""
    _, (after,) = student.probe("call_and_show_inputs", model, images)
    if not torch.equal(after.cpu(), images.cpu()):
        fail(f"{words_of(model)} changed the images it was given.",
             "Is there an in-place operation (`+=`, `relu_`, `x[...] = `) on the input?")


def accuracy(scores: torch.Tensor, targets: torch.Tensor) -> float:
    """The part of the rows whose largest score is the target's."""
    return float((scores.cpu().argmax(1) == targets.cpu()).double().mean())


def mean_loss(scores: torch.Tensor, targets: torch.Tensor) -> float:
    """The mean cross-entropy, computed here from a student's scores."""
    return float(F.cross_entropy(scores.double().cpu(), targets.cpu()))
