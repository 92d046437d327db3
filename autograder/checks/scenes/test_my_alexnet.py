"""Hidden checks of problem 3.7, AlexNet with a new last layer.

The network is built once, without drawing its weights; it gets weights of ours, the same for every parameter of one shape.
"""

import pytest

from autograder.grading.seeds import derived_seed
from autograder.judge import expect, expect_tensor
from autograder.judge.expect import fail
from autograder.judge.asked_once import asked_once
from autograder.judge.step_by_step import step_by_step
from autograder.sandbox.faults import Raised

from .alexnets import built, expect_only_last_trains, expect_scores, expect_shapes, parameters_of, scores_for
from .scene_networks import expect_summing_criterion, explain_channels, scores_of
from autograder.sandbox.held import rename

CALL = "MyAlexNet()"


@pytest.fixture(scope="module")
def images(draw):
    """Two gray images of 67x64 px."""
    return draw("images for AlexNet", 2, 1, 67, 64)


@pytest.fixture(scope="module")
def seed(grading):
    """Of the weights."""
    return derived_seed(grading.options.seed, "weights of AlexNet")


@pytest.fixture
def model(student):
    """The student's network."""
    made = built(student)["model"]
    expect(hasattr(made, "fetch"), f"{CALL} is no network.")
    rename(made, CALL)
    return made


@pytest.fixture
def run(student, model, seed, images):
    """`run()`: scores in eval mode with weights of ours, and the parameters in their graph."""

    def once():
        student.probe("fill", model, seed)
        try:
            return student.probe("scores_and_reached", model, images)
        except Raised as fault:
            if "shapes cannot be multiplied" in fault.details:
                fail(
                    fault.message,
                    f"The images here are {images.shape[2]}x{images.shape[3]} px. AlexNet's average pool makes maps of 6x6 "
                    "of any size: where is it?",
                )
            explain_channels(fault)

    return lambda: asked_once(student, "run", once)


@pytest.mark.check(weight=2)
def test_only_the_new_layer_trains(student, model):
    """Only weight and bias of the new last layer train"""
    expect_only_last_trains(CALL, parameters_of(student, model))


@pytest.mark.check(weight=2)
def test_is_alexnet_with_fifteen_scores(student, model):
    """The layers are those of AlexNet, the last one for 15 scenes"""
    expect_shapes(CALL, parameters_of(student, model))


@pytest.mark.check(weight=2)
def test_scores_are_those_of_alexnet(model, run, seed, images):
    """In eval mode the scores are those of AlexNet for the image repeated to three channels"""
    call = f"{CALL} in eval mode, with weights of ours,"
    scores = expect_tensor(call, run()["scores"])
    with step_by_step(model, lambda gray: scores_for(seed, gray), images):
        expect_scores(call, scores, lambda: scores_of(model, images), seed, images)


@pytest.mark.check(weight=2)
def test_gradient_reaches_the_new_layer(run):
    """The gradient of the loss reaches the new layer"""
    reached = run()["reached"]
    expect(
        not reached or any(reached.values()),
        f"{CALL}: no gradient arrives at any parameter, so that nothing can learn.",
        "`no_grad` around everything stops the last layer's gradient, too: `requires_grad` alone freezes the others.",
    )
    without = sorted(name for name, there in reached.items() if not there)
    expect(not without, f"{CALL}: no gradient arrives at {', '.join(without[:4])}.", "Is this layer used in `forward`?")


@pytest.mark.check(weight=2)
def test_criterion_sums_over_the_batch(student, model, draw):
    """loss_criterion is the cross-entropy, summed over the batch"""
    expect_summing_criterion(student, model, draw)


@pytest.mark.check(weight=1)
def test_nothing_is_downloaded(student):
    """Without being asked for, no weights are downloaded"""
    expect(hasattr(built(student)["model"], "fetch"), f"{CALL} is no network.")
    expect(
        not built(student)["asked"],
        f"{CALL} tried to download weights, although nobody asked for them.",
        "`pretrained` is False: which weights should torchvision's alexnet get then?",
    )
