"""Hidden checks of problem 3.5, a small network: judged by what it does, its layers only counted."""

import pytest
import torch

from autograder.judge import expect
from autograder.judge.asked_once import asked_once
from autograder.judge.classifier import RANDOM, built, expect_gradients, expect_images_unchanged

from .scene_networks import (
    expect_fifteen,
    expect_images_apart,
    expect_images_matter,
    expect_layers,
    expect_raw,
    expect_rows,
    expect_summing_criterion,
    fitting,
    for_images,
    scores_of,
)
from autograder.sandbox.held import words_of

FEWEST_PARAMETERS = 4  # weights of two convolutions and of two linear layers


@pytest.fixture(scope="module")
def gray(draw):
    """Four gray images of 64x64 px."""
    return draw("images of scenes", 4, 1, 64, 64)


@pytest.fixture
def model(student, gray):
    """The student's network; lazy layers have found their sizes."""
    return asked_once(student, "model", lambda: built(student, student.simple_net.SimpleNet(), gray))


@pytest.fixture
def images(student, model, gray):
    """The images as the network takes them."""
    return asked_once(student, "images", lambda: fitting(model, gray))


@pytest.fixture
def scores(student, model, images):
    """`scores()`: what the network gives the images in eval mode."""

    def run():
        model.eval()
        return scores_of(model, images)

    return lambda: asked_once(student, "scores", run)


@pytest.mark.check(weight=2)
def test_gives_one_row_of_scores_per_image(model, gray):
    """Every gray image gets one row of scores"""
    model.eval()
    expect_rows(for_images(model, gray), scores_of(model, gray), gray)


@pytest.mark.check(weight=1)
def test_gives_15_scores(model, images, scores):
    """There are 15 scores"""
    expect_images_matter(for_images(model, images), scores())
    expect_fifteen(for_images(model, images), scores())


@pytest.mark.check(weight=1)
def test_takes_a_batch_of_one(model, images, scores):
    """A batch of one image gives one row"""
    expect_images_matter(for_images(model, images), scores())
    model.eval()
    expect_rows(for_images(model, images[:1]), scores_of(model, images[:1]), images[:1])


@pytest.mark.check(weight=2)
def test_scores_are_raw(model, images, scores):
    """The scores are raw, without softmax or ReLU behind the last layer"""
    expect_images_matter(for_images(model, images), scores())
    expect_raw(for_images(model, images), scores())


@pytest.mark.check(weight=2)
def test_has_the_layers_asked_for(student, model):
    """cnn_layers and fc_layers hold at least two convolutions, two linear layers and two ReLUs"""
    expect_layers(student, model)


@pytest.mark.check(weight=2)
def test_criterion_sums_over_the_batch(student, model, draw):
    """loss_criterion is the cross-entropy, summed over the batch"""
    expect_summing_criterion(student, model, draw)


@pytest.mark.check(weight=3)
def test_gradients_reach_every_parameter(student, images):
    """All layers are registered, and the gradient of the loss reaches every parameter"""
    model = built(student, student.simple_net.SimpleNet(), images)  # its own: train mode moves batch norms
    count = len(student.probe("parameters", model))
    expect(
        count >= FEWEST_PARAMETERS,
        f"{words_of(model)} has {count} parameters: its layers are not registered.",
        "A layer in a Python list is unknown to the network; nn.Sequential and nn.ModuleList make theirs known.",
    )
    model.train()
    labels = torch.arange(len(images))
    found = expect_gradients(student, model, images, labels)
    without = sorted(name for name, gradient in found.items() if gradient is None)
    expect(
        not without,
        f"{words_of(model)}: no gradient arrives at {', '.join(without[:4])}.",
        "Is there a layer that `forward` never uses?",
    )


@pytest.mark.check(weight=1)
def test_an_image_is_scored_alone_in_eval_mode(model, images, scores, draw):
    """In eval mode an image's scores do not depend on the other images of the batch"""
    expect_images_matter(for_images(model, images), scores())
    others = draw("other images of scenes", 4, 1, 64, 64).expand_as(images)
    expect_images_apart(model, images, others, scores())


@pytest.mark.check(weight=1)
def test_same_images_give_same_scores_in_eval_mode(model, images, scores):
    """In eval mode the same images give the same scores again"""
    first = scores()
    expect_images_matter(for_images(model, images), first)
    model.eval()
    expect(
        torch.allclose(scores_of(model, images), first, rtol=1e-4, atol=1e-5 * float(first.abs().max())),
        f"{words_of(model)} in eval mode gave two different answers for the same images.",
        RANDOM,
    )


@pytest.mark.check(weight=1)
def test_leaves_the_images_as_they_are(student, model, images, scores):
    """The images are not changed"""
    expect_images_matter(for_images(model, images), scores())
    model.eval()
    expect_images_unchanged(student, model, images)
