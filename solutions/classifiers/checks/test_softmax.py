"""Public checks of task 1.1. Run: pytest checks/test_softmax.py

An image of 1x2x2 pixels and weights that are all 1, or 1, 2, 3 and so on, give scores that you can work out on paper.
"""

import pytest
import torch

from hand_examples import expect_all_learn, expect_scores, expect_shape, fill, image_of, listed, numbers_in

IMAGE = image_of([[1, 2], [3, 4]])


@pytest.fixture
def build():
    """Your class."""
    from models.softmax import Softmax

    return Softmax


@pytest.mark.parametrize(("n", "im_size", "n_classes"), [(2, (1, 2, 2), 3), (1, (3, 5, 4), 2)], ids=["2 images", "1 image"])
def test_every_image_gets_one_score_a_class(build, n, im_size, n_classes):
    """A batch of N images gives scores of shape (N, n_classes)."""
    expect_shape(f"Softmax({im_size}, {n_classes})", build(im_size, n_classes), torch.rand(n, *im_size), n_classes)


def test_one_weight_a_pixel_and_class_and_one_bias_a_class(build):
    """Four pixels and 3 classes need 4 * 3 weights and 3 biases: 15 numbers."""
    model = build((1, 2, 2), 3)
    model(IMAGE)
    assert numbers_in(model) == 15, (
        f"Softmax((1, 2, 2), 3) has {numbers_in(model)} numbers to learn; 4 * 3 weights and 3 biases are 15.\n"
        "Is the layer an attribute of the model (self. ...), and does it have a bias?"
    )


def test_scores_with_every_weight_one(build):
    """With every weight and bias 1 the pixels 1, 2, 3, 4 score 1 + 2 + 3 + 4 + 1 = 11 in every class."""
    scores = fill(build((1, 2, 2), 3), IMAGE, 1.0)(IMAGE)
    hints = [(10.0, "10 is the sum of the pixels: is the bias added?"), (12.0, "12 is one too much: is the bias added twice?")]
    expect_scores("With every weight and bias 1, the image [[1, 2], [3, 4]]", scores, 11.0, hints)


def test_scores_with_weights_one_to_four(build):
    """With weights 1, 2, 3, 4 and bias 5 an image of ones scores 1 + 2 + 3 + 4 + 5 = 15."""
    ones = torch.ones(1, 1, 2, 2)
    scores = fill(build((1, 2, 2), 1), ones, "count")(ones)
    hints = [(1.0, "Was softmax applied? Of a single score it is always 1.")]
    expect_scores("With weights 1, 2, 3, 4 and bias 5, an image of ones", scores, 15.0, hints)


def test_scores_may_be_negative(build):
    """With every weight and bias -1 the pixels 1, 2, 3, 4 score -11."""
    scores = fill(build((1, 2, 2), 3), IMAGE, -1.0)(IMAGE)
    hints = [(0.0, "0 instead of a negative score: is there a ReLU? This model has none.")]
    expect_scores("With every weight and bias -1, the image [[1, 2], [3, 4]]", scores, -11.0, hints)


def test_each_image_has_its_own_scores(build):
    """With every weight and bias 1 the pixels 1, 2, 3, 4 score 11 and a black image, in the same batch, 1."""
    images = torch.cat([IMAGE, torch.zeros_like(IMAGE)])
    scores = fill(build((1, 2, 2), 1), IMAGE, 1.0)(images)
    hints = {
        "[[10.0], [0.0]]": "10 is the sum of the pixels: is the bias added?",
        "[[1.0], [1.0]]": "Was softmax applied? Of a single score it is always 1.",
    }
    # All pixels and both biases are there, in other images.
    if isinstance(scores, torch.Tensor) and scores.shape == (2, 1) and abs(scores.sum().item() - 12) < 1e-4:
        hints[listed(scores)] = "Are pixels of different images mixed where the batch is flattened?"
    assert listed(scores) == "[[11.0], [1.0]]", (
        f"With every weight and bias 1, [[1, 2], [3, 4]] and [[0, 0], [0, 0]] in a batch returned {listed(scores)}; "
        f"it should be [[11.0], [1.0]].\n{hints.get(listed(scores), '')}".rstrip()
    )


def test_weight_and_bias_can_learn(build):
    """The gradient of the loss arrives at weight and bias."""
    expect_all_learn("Softmax((1, 2, 2), 3)", build((1, 2, 2), 3), IMAGE, torch.tensor([1]))
