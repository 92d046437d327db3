"""Are the scores those of the right network with the same weights, in train and in eval mode? If not, which mistake gives them?"""

import itertools
from collections.abc import Callable, Iterable, Iterator

import torch
from torch import nn

from autograder.judge import Mistake
from autograder.judge.alignment import reference_gradients
from autograder.judge.classifier import CUT_OFF, RANDOM, answer, near, probe_with_gradients, shape_hint
from autograder.judge.classifier_tolerances import FLOAT32_GRADIENTS, FLOAT32_SCORES, FLOAT64_SCORES
from autograder.judge.expect import expect_close, expect_shape, fail
from autograder.judge.matches import Alignment
from autograder.judge.reference_models import wide
from autograder.judge.score_mistakes import image_mistakes, score_mistakes
from autograder.judge.step_by_step import step_by_step
from autograder.sandbox.held import words_of

from .activations import behind_the_last_layer
from .own_terms import expect_alive, expect_fine_steps, expect_float64_kept, expect_own_gradients
from .registrations import ONE_TOO_MANY
from .subjects import Subject

Mistakes = Callable[[nn.Module, torch.Tensor], Iterable[Mistake]]
# Hidden units of size 1 would show neither a ReLU6 nor scores that are clipped. The tolerance grows as much.
BRIGHTER = 8
FLOAT32_BRIGHT = {name: BRIGHTER * size for name, size in FLOAT32_SCORES.items()}
NO_PLACE = "Its parameters are not those that were asked for; what is said of them explains it."


def expect_scores_match(subject: Subject, mistakes: Mistakes, hint: str) -> None:
    """With our weights the scores are the reference's: as the network is made, and in eval mode for images of large pixels.

    Args:
        mistakes: `mistakes(twin, images)` are those that can be made in this problem's layers.
        hint: a question for scores that no known mistake explains.
    """
    model, images = subject.ready(), subject.batch.images
    assert subject.scores is not None
    if subject.alignment is None:
        fail(f"{words_of(model)} has no place for weights of ours, so that its scores cannot be right.", NO_PLACE)
    if subject.mistake:
        fail(f"{words_of(model)} with weights of ours is not the network that was asked for.", subject.mistake)
    call = f"{words_of(model)} with weights of ours, for {len(images)} images,"
    _compare(subject, call, images, subject.scores, mistakes, hint, FLOAT32_SCORES)
    model.eval()
    call = f"{words_of(model)} with weights of ours, in eval mode, for {len(images)} images with pixels of up to {BRIGHTER * float(images.abs().max()):.0f},"
    got = answer(call, model, BRIGHTER * images)
    _compare(subject, call, BRIGHTER * images, got, mistakes, hint, FLOAT32_BRIGHT)


def _compare(
    subject: Subject, call: str, images: torch.Tensor, got: torch.Tensor, mistakes: Mistakes, hint: str, close: dict
) -> None:
    alignment = subject.alignment
    assert alignment is not None
    want = subject.wanted(images, got)
    expect_shape(call, got, tuple(want.shape), shape_hint(got, *want.shape))

    def plain(pixels: torch.Tensor) -> torch.Tensor:
        return subject.wanted(pixels)

    usual = itertools.chain(
        score_mistakes(want),
        behind_the_last_layer(want),
        mistakes(alignment.twin, images),
        image_mistakes(plain, images),
        _oddities(subject, images, got, want),
    )
    if alignment.extra:
        hint = f"More layers than were asked for are registered: {', '.join(alignment.extra)}. {ONE_TOO_MANY}"
    with step_by_step(subject.ready(), alignment.twin, images):
        expect_close(call, got, want, **close, mistakes=usual, hint=hint)


def _oddities(subject: Subject, images: torch.Tensor, got: torch.Tensor, want: torch.Tensor) -> Iterator[Mistake]:
    """Whatever can be said of wrong scores that no known mistake explains."""
    model = subject.ready()
    if bool((got == got[:1]).all()):
        yield Mistake(got, "Every image got the same scores: does `forward` use the images?")
    least, most = float(got.min()), float(got.max())
    outside = want.min() < least - 0.01 or want.max() > most + 0.01  # more than what rounding moves
    if outside and torch.allclose(got, want.to(got).clamp(least, most), atol=1e-3):
        yield Mistake(got, "The scores are clipped: none is outside of a certain range. Return them raw; they may be any numbers.")
    if bool(got.isfinite().all()) and not near(answer(words_of(model), model, images), got, 1e-5):
        yield Mistake(got, f"The same images give other scores each time. {RANDOM}")
    if near(got, want.cpu(), 1e-2):
        yield Mistake(got, "The scores are nearly right: is something rounded, or computed in a lower precision?")


def expect_gradients_match(subject: Subject) -> None:
    """The gradients of the mean cross-entropy are the reference's; where the scores are wrong, those of its own scores."""
    model = expect_alive(subject)
    model.train()
    batch, alignment = subject.batch, subject.alignment
    reply = probe_with_gradients(subject.student, "scores_and_gradients", model, batch.images, batch.targets)
    own = reply["scores"]
    if alignment is None or alignment.missing or not isinstance(own, torch.Tensor) or not subject.is_right(own):
        return expect_own_gradients(subject)
    _expect_reference_gradients(subject, alignment, reply["gradients"])


def _expect_reference_gradients(subject: Subject, alignment: Alignment, gradients: dict) -> None:
    theirs = alignment.to_reference(gradients)
    for name, want in reference_gradients(alignment.twin, subject.batch.images, subject.batch.targets).items():
        if name not in theirs or set(alignment.slots[name][0]) & set(subject.buffers):
            continue
        their_name = alignment.slots[name][0][0]
        call = f"The gradient of the mean cross-entropy for `{their_name}` of {words_of(subject.ready())}"
        got = theirs[name]
        if got is None:
            fail(f"{call} is missing: no gradient arrived there.", CUT_OFF)
        expect_close(
            call,
            got,
            want,
            **FLOAT32_GRADIENTS,
            verb="has",
            hint="Is something on the way done to values without autograd seeing it?",
        )


def expect_float64(subject: Subject) -> None:
    """In float64 the scores are float64's: the reference's where they are right, else those that follow the finest changes."""
    right = subject.is_right()
    got = expect_float64_kept(subject)
    if right and subject.alignment is not None and not subject.alignment.missing:
        want = wide(subject.alignment.twin)(subject.batch.images.double())
        if got.shape == want.shape and torch.allclose(got, want, **FLOAT64_SCORES):
            return
    expect_fine_steps(subject, tuple(got.shape))
