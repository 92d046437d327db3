"""Public checks of task 1.3. Run: pytest checks/test_convnet.py

A filter of 1x1 pixel multiplies each pixel by one weight and adds one bias: its network can be worked out on paper.
"""

import pytest
import torch
from torch.nn import functional

from hand_examples import expect_all_learn, expect_scored_alone, expect_scores, expect_shape, fill, image_of, numbers_in

IMAGE = image_of([[1, 2], [3, 4]])
# The padding is up to you: rows of zeros above and below, and columns of them left and right.
PADDINGS = [(rows, columns) for columns in range(4) for rows in range(4)]


def numbers_for(side, rows, columns):
    """How many numbers CNN((1, side, side), 1, 1, 3) has to learn: 1 + 1, and a weight for each pooled number and 1 bias a class."""
    return 2 + 3 * ((side + 2 * rows) // 2) * ((side + 2 * columns) // 2) + 3


def score_for(rows, columns):
    """The score of IMAGE with every weight and bias 1."""
    maps = functional.pad(IMAGE, (columns, columns, rows, rows)) + 1  # the filter's bias; the ReLU changes nothing
    return float(functional.max_pool2d(maps, 2).sum() + 1)


@pytest.fixture
def build():
    """Your class."""
    from models.convnet import CNN

    return CNN


@pytest.mark.parametrize(
    ("n", "im_size", "kernel_size"),
    [(2, (3, 8, 8), 3), (1, (1, 7, 10), 5), (2, (2, 6, 9), 1), (2, (2, 8, 9), 4)],
    ids=["8x8 pixels, 3x3 filters", "7x10 pixels, 5x5 filters", "6x9 pixels, 1x1 filters", "8x9 pixels, 4x4 filters"],
)
def test_every_image_gets_one_score_a_class(build, n, im_size, kernel_size):
    """A batch of N images gives scores of shape (N, n_classes), also for odd and oblong images and even filters."""
    model = build(im_size, 4, kernel_size, 3)
    expect_shape(f"CNN({im_size}, 4, {kernel_size}, 3)", model, torch.rand(n, *im_size), 3)


def test_the_last_layer_fits_the_pooled_maps(build):
    """A 1x1 filter on 2x2 pixels, pooled to 1 number: 1 weight and 1 bias, then 1 weight and 1 bias a class."""
    model = build((1, 2, 2), 1, 1, 3)
    model(IMAGE)
    assert numbers_in(model) in {numbers_for(2, *zeros) for zeros in PADDINGS}, (
        f"CNN((1, 2, 2), 1, 1, 3) has {numbers_in(model)} numbers to learn; 1 + 1 in the convolution and 3 * 1 + 3 in "
        "the affine layer are 8, without padding.\nDo both have a bias, and does the pool halve height and width?"
    )


def test_there_is_one_pool(build):
    """A 1x1 filter on 4x4 pixels, pooled once to 2x2 numbers: 1 + 1, then 4 weights and 1 bias a class."""
    small, found = (numbers_in(fill(build((1, side, side), 1, 1, 3), torch.ones(1, 1, side, side), 1.0)) for side in (2, 4))
    # What fits one padding for images of both sizes.
    assert (small, found) in {(numbers_for(2, *zeros), numbers_for(4, *zeros)) for zeros in PADDINGS}, (
        f"CNN((1, 2, 2), 1, 1, 3) and CNN((1, 4, 4), 1, 1, 3) have {small} and {found} numbers to learn; 1 + 1 in the convolution, "
        "and 3 * 1 + 3 or 3 * 4 + 3 in the affine layer, are 8 and 17, without padding.\n"
        + ("Is there a second pool? One was asked for." if found == 8 else "Does the pool halve height and width, once?")
    )


def test_scores_with_every_weight_one(build):
    """With every weight and bias 1 the filter gives 2, 3, 4, 5, the pool keeps 5, and the score is 5 + 1 = 6."""
    model = fill(build((1, 2, 2), 1, 1, 3), IMAGE, 1.0)
    hints = [
        (4.5, "4.5 = 3.5 + 1: 3.5 is the mean of 2, 3, 4, 5. The pool takes the largest."),
        (3.0, "3 = 2 + 1: the pool kept the smallest or the first number. It takes the largest."),
        (5.0, "Is the bias of the affine layer added, and that of the convolution?"),
        (15.0, "15 = 2 + 3 + 4 + 5 + 1: is there a pool?"),
    ]
    scores, found = model(IMAGE), numbers_in(model)
    wanted = [score_for(*zeros) for zeros in PADDINGS if numbers_for(2, *zeros) == found] or [6.0]
    returned = scores.detach().flatten()[0] if isinstance(scores, torch.Tensor) and scores.numel() else wanted[0]
    nearest = min(wanted, key=lambda score: abs(score - float(returned)))  # several paddings may have as many numbers
    expect_scores("With every weight and bias 1, the image [[1, 2], [3, 4]]", scores, nearest, hints)


def test_relu_stops_negative_numbers(build):
    """With every weight and bias -1 the filter gives -2 to -5, ReLU makes them 0, and the score is the bias, -1."""
    scores = fill(build((1, 2, 2), 1, 1, 3), IMAGE, -1.0)(IMAGE)
    hints = [
        (1.0, "1 = 2 - 1: the pool gave -2. Is there a ReLU behind the convolution?"),
        (0.0, "0 instead of -1: is there a ReLU behind the last layer? Scores may be negative."),
    ]
    expect_scores("With every weight and bias -1, the image [[1, 2], [3, 4]]", scores, -1.0, hints)


def test_an_image_is_scored_alone(build):
    """An image gets the same scores alone as among others."""
    torch.manual_seed(0)
    expect_scored_alone("CNN((1, 6, 6), 4, 3, 3)", build((1, 6, 6), 4, 3, 3), torch.rand(4, 1, 6, 6))


def test_every_weight_and_bias_can_learn(build):
    """The gradient of the loss arrives at convolution and affine layer."""
    torch.manual_seed(0)
    images = torch.randn(16, 1, 6, 6)
    expect_all_learn("CNN((1, 6, 6), 4, 3, 3)", build((1, 6, 6), 4, 3, 3), images, torch.arange(16) % 3)
