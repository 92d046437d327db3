"""Public checks of task 1.4. Run: pytest checks/test_mymodel.py

Your own model is checked by what it does, not by how it is made.
"""

import pytest
import torch

from hand_examples import expect_all_learn, expect_scored_alone, expect_shape, losses_while_learning


@pytest.fixture
def build():
    """Your class; the same start weights in every run."""
    from models.mymodel import MyModel

    torch.manual_seed(0)
    return MyModel


@pytest.mark.parametrize("im_size", [(3, 32, 32), (1, 8, 8), (2, 9, 13)], ids=["3x32x32", "1x8x8", "2x9x13"])
def test_every_image_gets_one_score_a_class(build, im_size):
    """A batch of 2 images of any size from 8x8 pixels gives scores of shape (2, n_classes)."""
    expect_shape(f"MyModel({im_size}, 8, 3, 5)", build(im_size, 8, 3, 5), torch.rand(2, *im_size), 5)


def test_same_images_give_same_scores_in_eval_mode(build):
    """In evaluation mode nothing is random, and an image is scored alone."""
    model = build((3, 8, 8), 8, 3, 5).eval()
    images = torch.rand(4, 3, 8, 8)
    first = model(images)
    assert torch.equal(first, model(images)), (
        "MyModel in eval mode gave two answers for the same images.\nDropout must be off then: is it an `nn.Dropout` layer?"
    )
    expect_scored_alone("MyModel in eval mode", model, images)


def test_scores_are_raw(build):
    """Scores are no probabilities, and some of 80 are negative."""
    scores = build((3, 8, 8), 8, 3, 5)(torch.randn(16, 3, 8, 8))
    assert not torch.allclose(scores.sum(1), torch.ones(16), atol=1e-4), (
        "MyModel returned rows that sum to 1: was softmax applied?\nThe loss does that; return the raw scores."
    )
    assert not bool((scores > 0).any()) or bool((scores < 0).any()), (
        "MyModel returned 80 scores and none is negative.\nIs there a ReLU behind the last layer? Scores may be negative."
    )


def test_every_weight_can_learn(build):
    """The gradient of the loss arrives at every parameter."""
    images, targets = torch.randn(16, 3, 8, 8), torch.arange(16) % 5
    expect_all_learn("MyModel((3, 8, 8), 8, 3, 5)", build((3, 8, 8), 8, 3, 5), images, targets, may_be_fixed=True)


def test_learns_eight_images_by_heart(build):
    """Sixty steps on the same 8 images bring the loss down to less than half, with one of three step sizes."""
    images, targets = torch.randn(8, 3, 8, 8), torch.arange(8) % 4
    models = [(step_size, build((3, 8, 8), 8, 3, 4)) for step_size in (0.003, 0.0003, 0.03)]
    runs = [losses_while_learning(model, images, targets, step_size, n_steps=60) for step_size, model in models]
    left = min(min(losses) / losses[0] for losses in runs)
    assert left < 0.5, (
        f"60 steps on 8 images left {left:.0%} of the loss; it should be less than half.\n"
        "Does the model return raw scores, without softmax and without ReLU behind the last layer?"
    )
