"""Public checks of task 1.2. Run: pytest checks/test_twolayernn.py

An image of 1x1x2 pixels, 3 hidden units, and weights that are all 1 or all -1.
"""

import pytest
import torch

from hand_examples import expect_all_learn, expect_scored_alone, expect_scores, expect_shape, fill, image_of, numbers_in

IMAGE = image_of([[1, 2]])


@pytest.fixture
def build():
    """Your class."""
    from models.twolayernn import TwoLayerNN

    return TwoLayerNN


@pytest.mark.parametrize(("n", "im_size", "n_classes"), [(2, (1, 1, 2), 3), (1, (3, 5, 4), 2)], ids=["2 images", "1 image"])
def test_every_image_gets_one_score_a_class(build, n, im_size, n_classes):
    """A batch of N images gives scores of shape (N, n_classes)."""
    model = build(im_size, 6, n_classes)
    expect_shape(f"TwoLayerNN({im_size}, 6, {n_classes})", model, torch.rand(n, *im_size), n_classes)


def test_two_layers_with_biases(build):
    """Two pixels, 3 hidden units, 2 classes: 2 * 3 + 3 and 3 * 2 + 2 numbers, 17 together."""
    model = build((1, 1, 2), 3, 2)
    model(IMAGE)
    assert numbers_in(model) == 17, (
        f"TwoLayerNN((1, 1, 2), 3, 2) has {numbers_in(model)} numbers to learn; 2 * 3 weights and 3 biases, then 3 * 2 "
        "weights and 2 biases, are 17.\nDo both layers have a bias, and is none of them in a Python list?"
    )


def test_scores_with_every_weight_one(build):
    """With every weight and bias 1 each hidden unit is 1 + 2 + 1 = 4, and each score 4 + 4 + 4 + 1 = 13."""
    scores = fill(build((1, 1, 2), 3, 2), IMAGE, 1.0)(IMAGE)
    hints = [
        (12.0, "Is the bias of the second layer added?"),
        (10.0, "Is the bias of the first layer added?"),
        (9.0, "Are the biases added?"),
        (4.0, "4 is a hidden unit: does the second layer follow?"),
    ]
    expect_scores("With every weight and bias 1, the image [[1, 2]]", scores, 13.0, hints)


def test_relu_stops_negative_units(build):
    """With every weight and bias -1 each hidden unit is -4, ReLU makes it 0, and each score is the bias, -1."""
    scores = fill(build((1, 1, 2), 3, 2), IMAGE, -1.0)(IMAGE)
    hints = [
        (11.0, "11 = 3 * 4 - 1: the hidden units were -4. Is there a ReLU between the layers?"),
        (0.0, "0 instead of -1: is there a ReLU behind the last layer? Scores may be negative."),
    ]
    expect_scores("With every weight and bias -1, the image [[1, 2]]", scores, -1.0, hints)


def test_an_image_is_scored_alone(build):
    """An image gets the same scores alone as among others."""
    torch.manual_seed(0)
    expect_scored_alone("TwoLayerNN((1, 2, 3), 20, 3)", build((1, 2, 3), 20, 3), torch.rand(4, 1, 2, 3))


def test_every_weight_and_bias_can_learn(build):
    """The gradient of the loss arrives at both layers."""
    torch.manual_seed(0)
    images = torch.randn(16, 1, 2, 3)
    expect_all_learn("TwoLayerNN((1, 2, 3), 20, 3)", build((1, 2, 3), 20, 3), images, torch.arange(16) % 3)
