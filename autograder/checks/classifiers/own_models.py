"""A model of a student's own, made for small images once and asked by every check of it; no more of it is asked for than is judged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from autograder.judge.asked_once import asked_once
from autograder.judge.classifier import RANDOM, answer, built, expect_scores_shape, near
from autograder.judge.dependence import expect_depends
from autograder.judge.expect import CheckFailed, expect, expect_shape, fail
from autograder.judge.registered import NOT_REGISTERED
from autograder.sandbox.faults import Raised
from autograder.sandbox.held import Held, words_of
from autograder.sandbox.student import Student

from .own_terms import NO_IMAGES, NO_WEIGHTS, alone_by_gradient, mixed_by_gradient
from .subjects import form_of

TURNS = 20  # steps with which scores that may be negative become so
# Deep networks as they are made give all images nearly the same scores, in parts of the largest one: then it hardly shows in them
# whether images are mixed. Of 21 right models two lie below.
TOLD_APART = 0.03
MIXED = "Does anything average or normalise over the batch, or mix the pixels of different images where it flattens them?"


@dataclass
class OwnModel:
    """The model, images that it takes, and its scores of them as it was made."""

    student: Student
    batch: Any
    model: Held | None = None
    scores: torch.Tensor | None = None
    form: str = ""  # in which its answers come, where not as rows of scores
    fault: Raised | CheckFailed | None = None

    def ready(self) -> Held:
        """The model, which runs; raises what it raised otherwise."""
        if self.fault is not None:
            raise self.fault
        assert self.model is not None
        return self.model

    def alive(self) -> Held:
        """The model, whose scores depend on the images and on its parameters, be it only when these are others."""
        model = self.ready()
        asked_once(self.student, "alive", lambda: expect_alive(self.student, model, self.batch))
        return model

    @property
    def shape(self) -> tuple[int, int]:
        """(N, classes)."""
        return len(self.batch), self.batch.n_classes

    def turns_negative(self) -> bool:
        """Whether steps towards negative scores make any score negative."""
        after = self.student.probe("scores_pushed_down", self.ready(), self.batch.images, TURNS)
        return isinstance(after, torch.Tensor) and bool((after < 0).any())


def expect_alive(student: Student, model: Held, batch: Any) -> None:
    """The scores of a model depend on the images and on its parameters, be it only when these are others."""
    shape = (len(batch.images), batch.n_classes)
    scores, others, moved = (
        expect_shape(words_of(model), each, shape) for each in student.probe("scores_of_changed", model, batch.images)
    )
    expect_depends(words_of(model), scores, moved, "gives the same scores with any parameters", NO_WEIGHTS)
    expect_depends(words_of(model), moved, others, "gives the same scores to all images", NO_IMAGES)


class Attempts:
    """Makes models of one problem.

    Args:
        build: `build(student, im_size, hidden_dim, kernel_size, n_classes)`.
        batches: images that tell the most first, then usual ones, for a model that takes no others.
    """

    def __init__(self, build: Callable[..., Any], hidden_dim: int, kernel_size: int, batches: Sequence[Any]):
        self.build, self.widths, self.batches = build, (hidden_dim, kernel_size), batches

    def first(self, student: Student) -> OwnModel:
        """The model that all checks share."""
        return asked_once(student, "own model", lambda: self._first(student))

    def _first(self, student: Student) -> OwnModel:
        tried = []
        for batch in self.batches:
            found = OwnModel(student, batch)
            try:
                found.model = self._made(student, batch)
                found.form = form_of(answer(words_of(found.model), found.model, batch.images, any_value=True), found.shape)
                if found.form:  # which the check of shapes says
                    student.probe("read_as", found.model, found.form)
                found.scores = expect_scores_shape(found.model, batch.images, batch.n_classes)
            except (Raised, CheckFailed) as fault:
                found.fault = fault
            tried.append(found)
            if found.fault is None:
                return found
        return tried[0]

    def _made(self, student: Student, batch: Any) -> Held:
        return built(student, self.build(student, batch.im_size, *self.widths, batch.n_classes), batch.images)

    def another(self, student: Student, subject: OwnModel) -> Held:
        """A new model for the same images."""
        subject.ready()
        made = self._made(student, subject.batch)
        if subject.form:
            student.probe("read_as", made, subject.form)
        return made

    def expect_whole(self, student: Student, subject: OwnModel) -> None:
        """A new model that gets the parameters and buffers of the first gives the same scores."""
        model, images = subject.alive(), subject.batch.images
        try:
            first, second = student.probe("scores_of_copy", model, self.another(student, subject), images)
        except Raised as fault:
            fail(
                fault.message,
                "A new model of the same sizes must take the `state_dict` of the first: that is how a trained one is kept.",
            )
        first, second = (expect_shape(words_of(model), each, subject.shape) for each in (first, second))
        if near(second, first) or not near(answer(words_of(model), model, images), first, 1e-5):
            return  # what is random in eval mode, another check says
        fail(
            f"A new {words_of(model)} that loads the `state_dict` of another one gives other scores in eval mode.",
            f"So not all that was learned would be saved. {NOT_REGISTERED}",
        )


def expect_same_again(subject: OwnModel) -> None:
    """In eval mode the same images give the same scores."""
    model, images = subject.alive(), subject.batch.images
    model.eval()
    call = f"{words_of(model)} in eval mode"
    # Sums on a GPU may run in another order the second time; anything random changes far more than 1e-5.
    if not near(answer(call, model, images), answer(call, model, images), 1e-5):
        fail(f"{call} gave two different answers for the same images.", RANDOM)


def expect_alone(subject: OwnModel) -> None:
    """In eval mode an image's scores depend on that image alone, and on its place in the batch not at all."""
    model, images = subject.alive(), subject.batch.images
    model.eval()
    call = f"{words_of(model)} in eval mode"
    together, flipped, few = (answer(call, model, batch) for batch in (images, images.flip(0), images[:2]))
    if near(flipped.flip(0), together) and near(few, together[:2]):
        spread = float((together - together.mean(0)).abs().max())
        if spread < TOLD_APART * float(together.abs().max()) and mixed_by_gradient(subject.student, model, images):
            fail(f"{call} gave an image scores that depend on the other images.", MIXED)
        return
    if not near(answer(call, model, images), together, 1e-5) and alone_by_gradient(subject.student, model, images):
        return  # that it is random is said elsewhere
    if not near(flipped.flip(0), together):
        fail(f"{call} gave other scores to the same images in another order.", "Does anything run over the batch dimension?")
    fail(f"{call} gave an image other scores among other images.", MIXED)


def expect_unchanged(subject: OwnModel) -> None:
    """The images are still what they were after the call."""
    model, images = subject.alive(), subject.batch.images
    _, (after,) = subject.student.probe("call_and_show_inputs", model, images)
    expect(
        isinstance(after, torch.Tensor) and torch.equal(after.cpu(), images.cpu()),
        f"{words_of(model)} changed the images it was given.",
        "Is there an in-place operation (`+=`, `relu_`, `x[...] = `) on the input?",
    )
