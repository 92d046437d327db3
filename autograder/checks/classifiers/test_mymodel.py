"""Hidden checks of problem 1.4, a model of the student's own: judged by what it does, not by how it is built."""

import dataclasses
import math

import pytest
import torch

from autograder.judge import expect
from autograder.judge.asked_once import asked_once
from autograder.judge.classifier import CUT_OFF, expect_scores_shape, mean_loss, probe_with_gradients
from autograder.judge.expect import expect_shape, fail
from autograder.judge.registered import NOT_REGISTERED, parameters_of, trainable
from autograder.judge.score_mistakes import are_probabilities, expect_raw_scores
from autograder.sandbox.held import words_of

from autograder.sandbox.faults import Raised

from .checkpoints import why_not_counted
from .own_models import Attempts, expect_alive, expect_alone, expect_same_again, expect_unchanged

WIDTH, KERNEL = 8, 3
# Each of 39 right networks (a single affine layer, ten plain convolutions, four filters under a global pool, residual
# and inverted bottlenecks, a transformer, EfficientNet, heavy dropout ...) reached the goal in each of four or more
# runs, all but one run with the first step size, the slowest in 150 steps.
STEP_SIZES, STEPS = (3e-3, 3e-2, 3e-4), 150
# Half of the loss of guessing. Scores that went through softmax cannot get below 0.53 of it, however long they train; that
# they did costs what raw scores are worth, so that they are asked for less here.
GOAL, GOAL_OF_PROBABILITIES = 0.5, 0.75
# Equally bright on the whole, so that a model has to look at more than the mean of an image.
COLOURS = ((2, -1, -1), (-1, 2, -1), (-1, -1, 2), (0, 0, 0))
NOT_NEGATIVE = "Is there a ReLU or a sigmoid behind the last layer? Scores are raw, and some of them are negative."


@pytest.fixture(scope="module")
def attempts(make_batch, draw):
    """Sixteen images of 3x16x16 pixels, four of each class, which have a colour and a coarse pattern in common; the same larger."""
    noise = make_batch(16, (3, 16, 16), 4)
    targets = torch.arange(len(noise)) % noise.n_classes
    patterns = draw("patterns of the classes", noise.n_classes, 3, 4, 4)
    patterns = patterns - patterns.mean((2, 3), keepdim=True) + torch.tensor(COLOURS).to(patterns)[:, :, None, None]
    images = noise.images / 2 + patterns.repeat_interleave(4, 2).repeat_interleave(4, 3)[targets]
    small = dataclasses.replace(noise, images=images, targets=targets)
    usual = dataclasses.replace(small, n_classes=10, images=images.repeat_interleave(2, 2).repeat_interleave(2, 3))
    return Attempts(lambda student, *sizes: student.models.mymodel.MyModel(*sizes), WIDTH, KERNEL, (small, usual))


@pytest.fixture
def subject(student, attempts):
    """The student's model for small images, or for usual ones where it cannot take small ones."""
    return attempts.first(student)


@pytest.mark.check(weight=5, shares=(2, 1, 1, 1))
@pytest.mark.parametrize(
    "n, im_size, n_classes",
    [(2, (3, 32, 32), 10), (2, (1, 8, 8), 3), (3, (2, 9, 13), 5), (1, (3, 32, 32), 7)],
    ids=["2 images of 3x32x32", "2 images of 1x8x8", "3 images of 2x9x13", "1 image of 3x32x32"],
)
def test_gives_one_row_of_scores_per_image(student, make_batch, n, im_size, n_classes):
    """Every image gets one score per class, for any image of at least 8x8 pixels and a batch of one"""
    batch = make_batch(n, im_size, n_classes)
    model = student.models.mymodel.MyModel(im_size, WIDTH, KERNEL, n_classes)
    expect(bool(parameters_of(student, model)), f"{words_of(model)} has no parameters.", NOT_REGISTERED)
    if n == 1:  # batch norm needs more than one image in training
        model.eval()
    expect_scores_shape(model, batch.images, n_classes)
    expect_alive(student, model, batch)  # a constant is no model, however well shaped


@pytest.mark.check(weight=3)
def test_gradients_reach_every_parameter(student, subject):
    """The gradient of the loss reaches every parameter"""
    model, batch = subject.ready(), subject.batch
    without = trainable(student, model)
    for mode in ("train", "eval"):  # layers may be skipped at random in training
        getattr(model, mode)()
        sizes = probe_with_gradients(student, "gradient_sizes", model, batch.images, batch.targets)
        without = {name for name in without if sizes.get(name) is None}
        if not without:
            return
    listed = ", ".join(sorted(without)[:5]) + (f" and {len(without) - 5} more" if len(without) > 5 else "")
    before, after = student.probe("scores_of_moved", model, batch.images, sorted(without))
    used = isinstance(before, torch.Tensor) and isinstance(after, torch.Tensor) and not torch.equal(before, after)
    fail(
        f"{words_of(model)} has parameters that no gradient reaches: {listed}.",
        f"The scores depend on them, so something cuts the gradient off. {CUT_OFF}"
        if used
        else "The scores do not depend on them: is there a layer that `forward` never uses?",
    )


@pytest.mark.check(weight=2)
def test_scores_are_raw(subject):
    """Scores are raw: no probabilities, and some of them negative"""
    model, scores = subject.ready(), subject.scores
    expect_raw_scores(words_of(model), scores)
    model.eval()
    try:
        in_eval = expect_scores_shape(model, subject.batch.images, subject.batch.n_classes)
    except Raised:
        in_eval = scores  # that it stops then, another check says
    expect_raw_scores(f"{words_of(model)} in eval mode", in_eval)
    expect(
        not bool((scores > 0).any()) or bool((scores < 0).any() | (in_eval < 0).any()) or subject.turns_negative(),
        f"{words_of(model)} returned {scores.numel()} scores and none below 0, also when it was trained to.",
        NOT_NEGATIVE,
    )


@pytest.mark.check(weight=2)
def test_parameters_are_the_whole_model(student, attempts, subject):
    """A new model with the saved state_dict gives the same scores"""
    attempts.expect_whole(student, subject)


@pytest.mark.check
def test_same_images_give_same_scores_in_eval_mode(subject):
    """In eval mode the same images give the same scores again"""
    expect_same_again(subject)


@pytest.mark.check
def test_an_image_is_scored_alone_in_eval_mode(subject):
    """In eval mode an image's scores do not depend on the other images of the batch"""
    expect_alone(subject)


@pytest.mark.check
def test_leaves_the_images_as_they_are(subject):
    """The images are not changed"""
    expect_unchanged(subject)


def why_it_does_not_learn(student, attempts, subject):
    """Why training does not drive the loss of the small batch down; an empty text when it does."""
    batch, call, best = subject.batch, words_of(subject.ready()), float("inf")
    guessing, images, targets = math.log(batch.n_classes), batch.images, batch.targets
    for lr in STEP_SIZES:
        model = attempts.another(student, subject)
        found = parameters_of(student, model)
        if not any(trains for *_, trains in found):  # which another check says
            student.probe("set_requires_grad", model, {name: True for name, *_ in found})
        scores = expect_scores_shape(model, images, batch.n_classes)
        goal = GOAL_OF_PROBABILITIES if are_probabilities(scores) else GOAL
        reply = probe_with_gradients(
            student, "train_on_one_batch", model, images, targets, lr, STEPS, 0.6 * goal * guessing / mean_loss(scores, targets)
        )
        expect_shape(f"{call}(images) after training", reply["scores"], (len(batch), batch.n_classes))
        best = min(best, mean_loss(reply["scores"], targets) / guessing)
        for mode in (*["train"] * 4, "eval"):  # dropout disturbs the one, young batch statistics the other
            if best >= goal:
                getattr(model, mode)()
                best = min(best, mean_loss(expect_scores_shape(model, images, batch.n_classes), targets) / guessing)
        if best < goal:
            return ""
    said = f"at best, its loss was {best:.0%} of that of guessing" if math.isfinite(best) else "its loss was not finite"
    return f"{call} could not learn {len(batch)} images by heart in {STEPS} steps: {said}."


def expect_learns(student, attempts, grading):
    """It learns the small batch, or a checkpoint that was handed in shows that it has learnt."""
    why = asked_once(student, "learns", lambda: why_it_does_not_learn(student, attempts, attempts.first(student)))
    if why and why_not_counted(student, attempts.build, grading) is not None:
        fail(why, "Does the whole image reach the last layer, are all layers registered, and do they start with different weights?")


@pytest.mark.check(weight=4, seconds=60)
def test_can_learn_a_small_batch(student, attempts, grading):
    """Training can drive the loss of a small batch down, or a checkpoint that was handed in (mymodel.pt) classifies unseen images"""
    expect_learns(student, attempts, grading)


@pytest.mark.check(seconds=60)
def test_checkpoint_classifies_unseen_images(student, attempts, grading):
    """A checkpoint that is handed in (mymodel.pt) classifies unseen images; without one, the model can learn"""
    why = why_not_counted(student, attempts.build, grading)
    if why is None:
        return
    if why:
        grading.run.remark(f"mymodel.pt was not counted, which costs nothing: {why.partition(chr(10))[0]}")
    expect_learns(student, attempts, grading)
