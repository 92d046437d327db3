"""Promises of the guard: who computes something from images and weights passes it, who returns constants does not."""

import pytest
import torch
from torch import nn

from autograder.judge.dependence import expect_depends_on_images_and_weights
from autograder.judge.expect import CheckFailed
from autograder.sandbox.confined import probes
from autograder.sandbox.student import Held

IMAGES = torch.randn(3, 2, 4, 5, generator=torch.Generator().manual_seed(0))


class Here(Held):
    """A model in this process that looks like one in the child."""

    def __init__(self, model: nn.Module):
        self.model, self._words = model, "Model(...)"

    def __call__(self, *arguments):
        return self.model(*arguments).detach()


class Services:
    """The kit's services, called in this process."""

    def probe(self, name, about, *arguments):
        return getattr(probes, name)(about.model, *arguments)


class Network(nn.Module):
    """Two layers, with one hidden unit that is often dead; what `forward` returns is given."""

    def __init__(self, returns=None, first=0.0):
        super().__init__()
        self.hidden, self.scores = nn.Linear(40, 1), nn.Linear(1, 3)
        for value in self.parameters():
            value.data.fill_(first)
        self.returns = returns or (lambda self, images: self.scores(self.hidden(images.flatten(1)).relu()))

    def forward(self, images):
        return self.returns(self, images)


@pytest.mark.parametrize("first", [0.0, -1.0, 1.0])
def test_an_honest_model_passes_however_it_begins(first):
    """With zeros, or with a dead unit; and it keeps the weights that it had."""
    model = Network(first=first)
    expect_depends_on_images_and_weights(Services(), Here(model), IMAGES)
    assert all(bool((value == first).all()) for value in model.parameters())


@pytest.mark.parametrize(
    "returns, words",
    [
        (lambda self, images: images.new_zeros(len(images), 3), "for other images"),
        (lambda self, images: self.scores.weight.T.expand(len(images), 3), "for other images"),
        (lambda self, images: images.flatten(1)[:, :3], "for other weights"),
        (lambda self, images: images.flatten(1)[:, :3] + 0 * self.scores.bias, "for other weights"),
    ],
    ids=["zeros", "weights only", "pixels only", "weights times zero"],
)
def test_a_constant_does_not(returns, words):
    """Of the images, of the weights; and the weights are put back all the same."""
    model = Network(returns, first=0.5)
    with pytest.raises(CheckFailed, match=words):
        expect_depends_on_images_and_weights(Services(), Here(model), IMAGES)
    assert all(bool((value == 0.5).all()) for value in model.parameters())
