"""Public checks of task 3.7. Run: pytest checks/test_my_alexnet.py

AlexNet has 57 million parameters: building it takes a moment.
"""

import pytest
import torch


@pytest.fixture(scope="module")
def model():
    """Your network, in eval mode."""
    from my_alexnet import MyAlexNet

    torch.manual_seed(0)
    return MyAlexNet().eval()


def test_fifteen_scores(model):
    """Grayscale images (N, 1, H, W) give (N, 15)."""
    with torch.no_grad():
        shape = tuple(model(torch.zeros(2, 1, 64, 64)).shape)
    assert shape == (2, 15), f"2 images should give scores of shape (2, 15); got {shape}"


def test_scores_are_raw(model):
    """Softmax is part of the loss, not of the network, and scores may be negative."""
    with torch.no_grad():
        scores = model(torch.randn(2, 1, 64, 64))
    assert not torch.allclose(scores.sum(dim=1), torch.ones(2), atol=1e-4), "each row sums to 1: softmax was already applied"
    assert not torch.allclose(scores.logsumexp(dim=1), torch.zeros(2), atol=1e-4), "each row is the logarithm of a softmax already"
    assert scores.min() < 0, "no score is negative: is there a ReLU or a sigmoid behind the last layer?"


def test_only_the_last_layer_trains(model):
    """15 * 4096 weights and 15 biases are trainable, nothing else."""
    shapes = sorted(tuple(value.shape) for value in model.parameters() if value.requires_grad)
    assert shapes == [(15,), (15, 4096)], (
        f"only a weight of (15, 4096) and a bias of (15,) should be trainable; found {len(shapes)}: {shapes[:6]}"
    )


def test_the_old_last_layer_is_gone(model):
    """The new layer replaces the one with 1000 classes."""
    assert not any(value.shape[0] == 1000 for value in model.parameters()), "the layer with 1000 classes is still there"


def test_the_criterion_sums(model):
    """Two images cost what each costs alone, added."""
    scores, targets = torch.randn(2, 15), torch.tensor([3, 7])
    both = model.loss_criterion(scores, targets)
    alone = [model.loss_criterion(scores[i : i + 1], targets[i : i + 1]) for i in range(2)]
    assert torch.allclose(both, alone[0] + alone[1], atol=1e-4), "loss_criterion should sum over the batch"
