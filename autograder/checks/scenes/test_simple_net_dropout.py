"""Hidden checks of problem 3.6, the small network with dropout."""

import pytest

from autograder.judge.asked_once import asked_once
from autograder.judge.classifier import built

from .dropout_runs import RUNS, expect_active, expect_off, expect_scaled, expect_something_left, runs_of
from .scene_networks import (
    expect_fifteen,
    expect_images_matter,
    expect_layers,
    expect_raw,
    expect_rows,
    expect_summing_criterion,
    for_images,
    scores_of,
)

ACTIVE = "test_dropout_is_active_in_train_mode"
CALL = "SimpleNetDropout()"


@pytest.fixture(scope="module")
def images(draw):
    """Two gray images of 64x64 px."""
    return draw("images of scenes for dropout", 2, 1, 64, 64)


@pytest.fixture
def model(student, images):
    """The student's network; lazy layers have found their sizes."""
    return asked_once(student, "model", lambda: built(student, student.simple_net_dropout.SimpleNetDropout(), images))


@pytest.fixture
def train(student, model, images):
    """Scores of many runs in train mode."""
    return asked_once(student, "train", lambda: runs_of(student, model, images, True, RUNS))


@pytest.fixture
def eval_runs(student, model, images):
    """Scores of some runs in eval mode."""
    return asked_once(student, "eval", lambda: runs_of(student, model, images, False, 2))["scores"]


@pytest.mark.check(weight=2)
@pytest.mark.parametrize("n", [2, 1], ids=["two images", "one image"])
def test_is_a_network_for_scenes(model, images, n):
    """It gives 15 raw scores for each image"""
    model.eval()
    scores, call = scores_of(model, images[:n]), for_images(model, images[:n])
    expect_rows(call, scores, images[:n])
    expect_fifteen(call, scores)
    expect_raw(call, scores)


@pytest.mark.check(weight=1)
def test_has_the_layers_of_the_small_network(student, model):
    """cnn_layers and fc_layers hold at least two convolutions, two linear layers and two ReLUs"""
    expect_layers(student, model)


@pytest.mark.check(weight=1)
def test_criterion_sums_over_the_batch(student, model, draw):
    """loss_criterion is the cross-entropy, summed over the batch"""
    expect_summing_criterion(student, model, draw)


@pytest.mark.check(weight=2)
def test_dropout_is_active_in_train_mode(train, eval_runs):
    """In train mode the scores of the same images differ from run to run"""
    expect_active(CALL, train["scores"], eval_runs)


@pytest.mark.check(weight=2)
def test_dropout_is_off_in_eval_mode(eval_runs):
    """In eval mode the scores of the same images are always the same"""
    expect_images_matter(CALL, eval_runs[0])
    expect_off(CALL, eval_runs)


@pytest.mark.check(weight=1, needs=ACTIVE)
def test_dropout_leaves_most_of_the_network(train, eval_runs):
    """Hidden values are dropped, not scores, and not nearly all of them"""
    expect_something_left(CALL, train["scores"], eval_runs)


@pytest.mark.check(weight=1, needs=ACTIVE)
def test_dropout_changes_nothing_on_average(train, eval_runs):
    """What is left is scaled, so that scores are of the same size in both modes"""
    expect_scaled(CALL, train["scores"], eval_runs, train["bias"])
