"""Public checks of task 3.5. Run: pytest checks/test_simple_net.py"""

import math

import pytest
import torch
from torch import nn


@pytest.fixture
def model():
    """Your network."""
    from simple_net import SimpleNet

    torch.manual_seed(0)
    return SimpleNet()


def test_fifteen_scores(model):
    """Images (N, 1, 64, 64) give (N, 15), a single one too."""
    for n in (1, 3):
        shape = tuple(model(torch.zeros(n, 1, 64, 64)).shape)
        assert shape == (n, 15), f"{n} images should give scores of shape ({n}, 15); got {shape}"


def test_the_layers_are_there(model):
    """At least 2 convolutions, 2 linear layers, 2 ReLUs in `cnn_layers` and `fc_layers`."""
    layers = [*model.cnn_layers.modules(), *model.fc_layers.modules()]
    for kind in (nn.Conv2d, nn.Linear, nn.ReLU):
        count = sum(isinstance(layer, kind) for layer in layers)
        assert count >= 2, f"at least 2 {kind.__name__} are needed; found {count}"


def test_the_criterion_sums(model):
    """Equal scores cost log 15 an image; 4 images together 4 log 15."""
    loss = model.loss_criterion(torch.zeros(4, 15), torch.tensor([0, 5, 9, 14])).item()
    assert math.isclose(loss, 4 * math.log(15), rel_tol=1e-5), (
        f"loss_criterion of 4 images with equal scores should be 4 log 15 = 10.83; got {loss:.4g} "
        "(compute_loss divides by the batch size, the criterion does not)"
    )


def test_scores_are_raw(model):
    """Softmax is part of the loss, not of the network, and scores may be negative."""
    scores = model.eval()(torch.randn(20, 1, 64, 64))
    assert not torch.allclose(scores.sum(dim=1), torch.ones(20), atol=1e-4), "each row sums to 1: softmax was already applied"
    assert not torch.allclose(scores.logsumexp(dim=1), torch.zeros(20), atol=1e-4), "each row is the logarithm of a softmax already"
    assert scores.min() < 0, "no score of 20 images is negative: is there a ReLU or a sigmoid behind the last layer?"


def test_every_parameter_learns(model):
    """The loss reaches each parameter."""
    model.loss_criterion(model(torch.randn(8, 1, 64, 64)), torch.arange(8)).backward()
    lost = [name for name, value in model.named_parameters() if value.grad is None or not value.grad.any()]
    assert not lost, f"no gradient arrives at {', '.join(lost)}: is the layer used in forward?"
