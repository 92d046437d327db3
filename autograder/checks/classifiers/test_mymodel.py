"""Hidden checks of problem 1.4, a model of the student's own: judged by what it does, not by how it is built."""
import dataclasses
import math

import pytest
import torch

from autograder.judge import expect
from autograder.judge.classifier import (
    CUT_OFF,
    accuracy,
    built,
    expect_gradients,
    expect_images_do_not_mix,
    expect_images_unchanged,
    expect_repeatable,
    expect_scores_shape,
    mean_loss,
    probe_with_gradients,
)
from autograder.judge.expect import expect_shape, fail
from autograder.judge.registered import trainable
from autograder.judge.score_mistakes import expect_raw_scores
from autograder.sandbox.faults import Raised

from .hidden_images import CHECKPOINT, hidden_images
from autograder.sandbox.student import words_of

LEARNS = "test_can_learn_a_small_batch"
WIDTH, KERNEL = 8, 3
# Each of 39 right networks (a single affine layer, ten plain convolutions, four filters under a global pool, residual
# and inverted bottlenecks, a transformer, EfficientNet, heavy dropout ...) reached the goal in each of four or more
# runs, all but one run with the first step size, the slowest in 150 steps.
STEP_SIZES, STEPS = (3e-3, 3e-2, 3e-4), 150
# Half of the loss of guessing. Scores that went through softmax cannot get below 0.53 of it, however long they train.
GOAL = 0.5
# Equally bright on the whole, so that a model has to look at more than the mean of an image.
COLOURS = ((2, -1, -1), (-1, 2, -1), (-1, -1, 2), (0, 0, 0))


@pytest.fixture
def small(make_batch, draw):
    """Sixteen images of 3x16x16 pixels, four of each class, which have a colour and a coarse pattern in common."""
    noise = make_batch(16, (3, 16, 16), 4)
    targets = (torch.arange(len(noise)) % noise.n_classes).to(noise.images.device)
    patterns = draw("patterns of the classes", noise.n_classes, 3, 4, 4)
    patterns = patterns - patterns.mean((2, 3), keepdim=True) + torch.tensor(COLOURS).to(patterns)[:, :, None, None]
    images = noise.images / 2 + patterns.repeat_interleave(4, 2).repeat_interleave(4, 3)[targets]
    return dataclasses.replace(noise, images=images, targets=targets)


@pytest.fixture
def model(student, small):
    """The student's model for small images, built."""
    made = student.models.mymodel.MyModel(small.im_size, WIDTH, KERNEL, small.n_classes)
    return built(student, made, small.images)


@pytest.mark.check(weight=4)
@pytest.mark.parametrize("n, im_size, n_classes",
                         [(2, (3, 32, 32), 10), (2, (1, 8, 8), 3), (3, (2, 9, 13), 5), (1, (3, 64, 64), 7)],
                         ids=["2 images of 3x32x32", "2 images of 1x8x8", "3 images of 2x9x13", "1 image of 3x64x64"])
def test_gives_one_row_of_scores_per_image(student, make_batch, n, im_size, n_classes):
    """Every image gets one raw score per class, for any image of at least 8x8 pixels and a batch of one"""
    images = make_batch(n, im_size, n_classes).images
    model = student.models.mymodel.MyModel(im_size, WIDTH, KERNEL, n_classes)
    trainable(student, model)       # a constant is no model, however well shaped
    model.eval()
    expect_raw_scores(words_of(model), expect_scores_shape(model, images, n_classes))


@pytest.mark.check(weight=3)
def test_gradients_reach_every_parameter(student, model, small):
    """The gradient of the loss reaches every parameter"""
    without = trainable(student, model)
    expect_scores_shape(model, small.images, small.n_classes)
    for mode in ("train", "eval"):      # layers may be skipped at random in training
        getattr(model, mode)()
        gradients = expect_gradients(student, model, small.images, small.targets)
        without = {name for name in without if gradients.get(name) is None}
    listed = ", ".join(sorted(without)[:5]) + (f" and {len(without) - 5} more" if len(without) > 5 else "")
    expect(not without, f"{words_of(model)} has parameters that no gradient reaches: {listed}.",
           f"Is there a layer that `forward` never uses? {CUT_OFF}")


@pytest.mark.check(weight=6, seconds=60)
def test_can_learn_a_small_batch(student, small):
    """Training can drive the loss of a small batch down"""
    guessing = math.log(small.n_classes)
    call, best = "", float("inf")
    for lr in STEP_SIZES:
        made = student.models.mymodel.MyModel(small.im_size, WIDTH, KERNEL, small.n_classes)
        model, call = built(student, made, small.images), words_of(made)
        trainable(student, model)
        first = mean_loss(expect_scores_shape(model, small.images, small.n_classes), small.targets)
        reply = probe_with_gradients(student, "train_on_one_batch", model, small.images, small.targets, lr, STEPS,
                                     0.6 * GOAL * guessing / first)
        expect_shape(f"{call}(images) after training", reply["scores"], (len(small), small.n_classes))
        best = min(best, mean_loss(reply["scores"], small.targets) / guessing)
        for mode in (*["train"] * 4, "eval"):   # dropout disturbs the one, young batch statistics the other
            getattr(model, mode)()
            scores = expect_scores_shape(model, small.images, small.n_classes)
            best = min(best, mean_loss(scores, small.targets) / guessing)
        if best < GOAL:
            return
    said = f"at best, its loss was {best:.0%} of that of guessing" if math.isfinite(best) else "its loss was not finite"
    fail(f"{call} could not learn {len(small)} images by heart in {STEPS} steps: {said}.",
         "Does the whole image reach the last layer, are all layers registered, and are the scores raw?")


@pytest.mark.check(weight=2, needs=LEARNS)
def test_same_images_give_same_scores_in_eval_mode(model, small):
    """In eval mode the same images give the same scores again"""
    expect_repeatable(model, small.images)


@pytest.mark.check(weight=2, needs=LEARNS)
def test_an_image_is_scored_alone_in_eval_mode(model, small):
    """In eval mode an image's scores do not depend on the other images of the batch"""
    expect_images_do_not_mix(model, small.images)


@pytest.mark.check(weight=1, needs=LEARNS)
def test_leaves_the_images_as_they_are(student, model, small):
    """The images are not changed"""
    model.eval()
    expect_images_unchanged(student, model, small.images)


def load_checkpoint(student, model, content):
    """Load a checkpoint into the student's model, which must have the layers that it was saved from."""
    try:
        student.probe("load_checkpoint", model, content)
    except Raised as fault:
        if "state_dict" in fault.details:
            fail(f"mymodel.pt does not fit {words_of(model)}: it was saved from a model with other layers or sizes.",
                 "Train with the defaults of train.py, and hand in the models/mymodel.py that was trained.")
        fail("mymodel.pt cannot be read as a state_dict.",
             'Write it with `torch.save(model.state_dict(), "mymodel.pt")`.')


@pytest.mark.check(weight=2, needs=LEARNS, seconds=60)
def test_checkpoint_classifies_unseen_images(student, grading):
    """A checkpoint that is handed in (mymodel.pt) classifies unseen images"""
    content = student.file("mymodel.pt")
    if content is None:
        return      # handing one in is the student's choice; the behaviour above is what is graded then
    images, targets, n_classes = hidden_images(grading.options.seed, grading.options.device)
    model = student.models.mymodel.MyModel(tuple(images.shape[1:]), CHECKPOINT.hidden_dim, CHECKPOINT.kernel_size,
                                           n_classes)
    load_checkpoint(student, built(student, model, images[:2]), content)
    scores = student.probe("scores_in_batches", model, images, 250)
    scores = expect_shape("The trained model", scores, (len(images), n_classes))
    reached = accuracy(scores, targets)
    expect(reached >= CHECKPOINT.accuracy,
           f"mymodel.pt classifies {reached:.1%} of {len(images)} unseen images rightly; "
           f"{CHECKPOINT.accuracy:.0%} are asked for.",
           "Was it trained with the same preparation of the images, and saved after training?")
