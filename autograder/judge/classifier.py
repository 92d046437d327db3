"""What every classifier of the course must do, as questions that a check of any of them asks in one line."""
from typing import Callable

import torch
import torch.nn.functional as F
from torch import nn

from ..sandbox.student import Held, Student
from .alignment import Alignment, reference_gradients
from .expect import expect, expect_close, expect_dtype, expect_finite, expect_shape, fail, in_words
from .mistakes import Mistake
from .tolerances import FLOAT32_GRADIENTS, FLOAT32_SCORES, FLOAT64_SCORES

PROBABILITIES = ("Scores sum to 1 in every row: softmax was already applied. Cross-entropy does it itself; "
                 "return the raw scores.")
LOG_PROBABILITIES = ("The exponentials of every row sum to 1: log-softmax was already applied. Cross-entropy does it itself; "
                     "return the raw scores.")


def built(student: Student, model: Held, images: torch.Tensor) -> Held:
    """The model ready to be looked at: lazy layers get their shapes from a first batch."""
    if any(shape is None for _, shape, _, _ in student.probe("parameters", model)):
        model(images)
    return model


def expect_registered(student: Student, model: Held, wanted: dict[str, tuple[int, ...]], matches: bool, hint: str = "") -> None:
    """The parameters are registered, trainable and of the right shapes.

    Args:
        wanted: names in words and shapes of the parameters that the handout asks for.
        matches: whether the shapes found can be matched with them.
        hint: what a known mistake would explain.
    """
    found = student.probe("parameters", model)
    call = model._words
    if not found:
        fail(f"{call} has no parameters; it should register {_listed(wanted)}.",
             "Only nn.Parameter objects and layers that are attributes of the module are registered: a plain tensor, or a "
             "layer in a Python list, is not.")
    frozen = [name for name, _, _, requires_grad in found if not requires_grad]
    expect(not frozen, f"{call} has parameters that do not require gradients: {', '.join(frozen)}.", "Then nothing can train them.")
    if not matches:
        shapes = ", ".join(f"{name} {tuple(shape)}" for name, shape, _, _ in found)
        fail(f"{call} registers {shapes}; it should register {_listed(wanted)}.", hint)


def _listed(wanted: dict[str, tuple[int, ...]]) -> str:
    return ", ".join(f"{name} {shape}" for name, shape in wanted.items())


def expect_scores_shape(model: Held, images: torch.Tensor, n_classes: int) -> torch.Tensor:
    """One row of finite scores per image; returns them."""
    scores = model(images)
    call = model._words + f"(<{'x'.join(str(size) for size in images.shape)}>)"
    scores = expect_shape(call, scores, (len(images), n_classes), _shape_hint(scores, len(images), n_classes))
    expect_dtype(call, scores, images.dtype)
    expect_finite(call, scores)
    return scores


def _shape_hint(scores: object, n: int, n_classes: int) -> str:
    if isinstance(scores, torch.Tensor):
        if tuple(scores.shape) == (n_classes, n):
            return "Rows are images and columns are classes: is it transposed?"
        if n == 1 and tuple(scores.shape) == (n_classes,):
            return "A batch of one image still has its batch dimension: is there a `squeeze`?"
        if scores.ndim == 2 and len(scores) != n:
            return "Where does the number of images get lost? `flatten(1)` keeps the first dimension."
    return ""


def score_mistakes(scores: torch.Tensor) -> list[Mistake]:
    """What is often done to right scores before they are returned."""
    return [
        Mistake(scores.softmax(1), PROBABILITIES),
        Mistake(scores.log_softmax(1), LOG_PROBABILITIES),
        Mistake(scores.softmax(0), "Softmax was applied, and over the batch instead of the classes; return the raw scores."),
        Mistake(scores.relu(), "All negative scores came back as 0: is there a ReLU after the last layer? Scores may be negative."),
        Mistake(scores.sigmoid(), "A sigmoid was applied to the scores; cross-entropy wants them raw."),
        Mistake(scores.tanh(), "A tanh was applied to the scores; cross-entropy wants them raw."),
        Mistake(-scores, "The scores have the wrong sign."),
    ]


def expect_raw_scores(call: str, scores: torch.Tensor) -> None:
    """The scores are not probabilities nor their logarithms; works for any model."""
    one = torch.ones(len(scores), dtype=torch.float64, device=scores.device)
    scores = scores.double()
    if bool((scores >= 0).all()) and torch.allclose(scores.sum(1), one, atol=1e-4):
        fail(f"{call} returned rows that sum to 1.", PROBABILITIES)
    if bool((scores <= 0).all()) and torch.allclose(scores.exp().sum(1), one, atol=1e-4):
        fail(f"{call} returned rows whose exponentials sum to 1.", LOG_PROBABILITIES)


def expect_scores_match(model: Held, twin: nn.Module, images: torch.Tensor, mistakes: list[Mistake], hint: str = "") -> None:
    """With the reference's weights, the scores are the reference's."""
    with torch.no_grad():
        want = twin(images)
    call = f"{model._words} with weights of ours, for {len(images)} images,"
    expect_close(call, model(images), want, **FLOAT32_SCORES, mistakes=[*score_mistakes(want), *mistakes], hint=hint)


def expect_gradients_match(student: Student, model: Held, alignment: Alignment, images: torch.Tensor, targets: torch.Tensor) -> None:
    """With the reference's weights, the gradients of the mean cross-entropy are the reference's."""
    theirs = alignment.to_reference(student.probe("scores_and_gradients", model, images, targets)["gradients"])
    for name, want in reference_gradients(alignment.twin, images, targets).items():
        their_name = alignment.slots[name][0]
        call = f"The gradient of the mean cross-entropy for `{their_name}` of {model._words}"
        got = theirs[name]
        if got is None:
            fail(f"{call} is missing: no gradient arrived there.", "Is there a `detach()`, `.data`, `no_grad()` or numpy on the way?")
        expect_close(call, got, want, **FLOAT32_GRADIENTS, hint="Is something on the way done to values without autograd seeing it?")


def expect_images_do_not_mix(model: Held, images: torch.Tensor) -> None:
    """In evaluation mode an image's scores depend on that image alone, and on its place in the batch not at all."""
    model.eval()
    together, flipped = model(images), model(images.flip(0))
    call = f"{model._words} in eval mode"
    if not _near(flipped.flip(0), together):
        fail(f"{call} gave other scores to the same images in another order.", "Does anything run over the batch dimension?")
    alone = model(images[:1])
    if not _near(alone[0], together[0]):
        fail(f"{call} gave an image other scores alone than in a batch.", "Does anything average or sort over the batch?")


def _near(got: torch.Tensor, want: torch.Tensor) -> bool:
    # 1e-3 of the scores' own size: batches of other sizes may use other kernels, mixing images changes far more.
    return got.shape == want.shape and torch.allclose(got, want, rtol=1e-3, atol=1e-3 * max(float(want.abs().max()), 1e-3))


def expect_repeatable(model: Held, images: torch.Tensor) -> None:
    """In evaluation mode the same images give the same scores, bit for bit."""
    model.eval()
    first, second = model(images), model(images)
    if not torch.equal(first, second):
        fail(f"{model._words} in eval mode gave two different answers for the same images.",
             "Dropout must be switched off then: use nn.Dropout, or pass `training=self.training`.")


def expect_float64(model: Held, scores_of: Callable[[torch.Tensor], torch.Tensor] | None, images: torch.Tensor) -> None:
    """A model turned to float64 computes in float64 from end to end."""
    wide = model.double()
    got = wide(images.double())
    call = f"{model._words}.double() for float64 images"
    expect(isinstance(got, torch.Tensor), f"{call} returned {in_words(got)}; it should be a tensor.")
    expect_dtype(call, got, torch.float64, "Is there a `.float()` or a tensor made with a fixed dtype?")
    if scores_of is not None:
        expect_close(call, got, scores_of(images.double()), **FLOAT64_SCORES, hint="Is something computed in float32 on the way?")


def expect_images_unchanged(student: Student, model: Held, images: torch.Tensor) -> None:
    """The images are still what they were after the call."""
    _, (after,) = student.probe("call_and_show_inputs", model, images)
    if not torch.equal(after, images):
        fail(f"{model._words} changed the images it was given.", "Is there an in-place operation (`+=`, `relu_`, `x[...] = `) on the input?")


def accuracy(scores: torch.Tensor, targets: torch.Tensor) -> float:
    """The part of the rows whose largest score is the target's."""
    return float((scores.argmax(1) == targets).double().mean())


def mean_loss(scores: torch.Tensor, targets: torch.Tensor) -> float:
    """The mean cross-entropy, computed here from a student's scores."""
    return float(F.cross_entropy(scores.double(), targets))
