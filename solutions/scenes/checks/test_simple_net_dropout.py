"""Public checks of task 3.6. Run: pytest checks/test_simple_net_dropout.py"""

import pytest
import torch
from torch import nn


@pytest.fixture
def model():
    """Your network."""
    from simple_net_dropout import SimpleNetDropout

    torch.manual_seed(0)
    return SimpleNetDropout()


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


def test_scores_are_raw(model):
    """Softmax is part of the loss, not of the network, and scores may be negative."""
    scores = model.eval()(torch.randn(20, 1, 64, 64))
    assert not torch.allclose(scores.sum(dim=1), torch.ones(20), atol=1e-4), "each row sums to 1: softmax was already applied"
    assert not torch.allclose(scores.logsumexp(dim=1), torch.zeros(20), atol=1e-4), "each row is the logarithm of a softmax already"
    assert scores.min() < 0, "no score of 20 images is negative: is there a ReLU or a sigmoid behind the last layer?"


def test_dropout_works_in_train_mode(model):
    """In train mode the same images get other scores each time."""
    images = torch.randn(4, 1, 64, 64)
    model.train()
    assert any(not torch.equal(model(images), model(images)) for _ in range(5)), (
        "in train mode the same images got the same scores five times: no dropout is active"
    )


def test_dropout_is_off_in_eval_mode(model):
    """In eval mode the same images always get the same scores."""
    images = torch.randn(4, 1, 64, 64)
    model.eval()
    first = model(images)
    assert all(torch.equal(first, model(images)) for _ in range(5)), (
        "in eval mode the same images got different scores: dropout is still active"
    )
