"""Public checks of task 3.9. Run: pytest checks/test_quantization.py"""

import copy
import io

import pytest
import torch
from torch import nn


@pytest.fixture
def quantize():
    """Your function."""
    from quantization import quantize

    return quantize


@pytest.fixture
def network():
    """A small network whose scores lie far apart: each class has an image of its own."""
    torch.manual_seed(0)
    layers = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8 * 7 * 7, 128), nn.ReLU())
    images = torch.rand(10, 1, 16, 16)
    with torch.no_grad():
        features = layers(images)
        last = nn.Linear(128, 10)
        last.weight.copy_(torch.linalg.lstsq(features, 10 * torch.eye(10), driver="gelsd").solution.T)
        last.bias.zero_()
    return nn.Sequential(layers, last).eval(), images


def saved_bytes(model):
    """Size of a checkpoint.

    Args:
        model: any network.
    """
    memory = io.BytesIO()
    torch.save(model.state_dict(), memory)
    return memory.tell()


def test_a_layer_by_hand(quantize):
    """Weights 1.27 and -0.64 are 127 and -64 times 0.01; inputs in [0, 2.55] are multiples of 0.01."""
    layer = nn.Linear(2, 1)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[1.27, -0.64]]))
        layer.bias.fill_(0.5)
    inputs = torch.tensor([[0.0, 2.55], [1.0, 0.5]])
    outputs = quantize(nn.Sequential(layer), [inputs])(inputs).flatten().tolist()
    # 1.27 * 0 - 0.64 * 2.55 + 0.5 and 1.27 * 1 - 0.64 * 0.5 + 0.5
    for got, want in zip(outputs, (-1.132, 1.45)):
        assert abs(got - want) < 0.03, (
            f"the outputs should be near -1.132 and 1.45; got {outputs[0]:.4g} and {outputs[1]:.4g}\n"
            "Do 0 and 2.55 become the integers -128 and 127, and is the zero point taken off again?"
        )


def test_predictions_stay(quantize, network):
    """All ten images keep their class."""
    model, images = network
    with torch.no_grad():
        predictions = quantize(model, [images])(images).argmax(dim=1).tolist()
    assert predictions == list(range(10)), f"images 0 to 9 belong to classes 0 to 9; got {predictions}"


def test_a_quarter_of_the_bytes(quantize, network):
    """At most 30 % of the bytes."""
    model, images = network
    share = saved_bytes(quantize(model, [images])) / saved_bytes(model)
    assert share <= 0.3, f"the quantized network has {share:.0%} of the bytes; at most 30 % are allowed"


def test_activations_are_integers_too(quantize, network):
    """One pixel takes 1000 values in fine steps; 8 bits can tell at most 256 of them apart."""
    model, images = network
    sweep = images[:1].repeat(1000, 1, 1, 1)
    sweep[:, 0, 8, 8] = torch.linspace(images[0].min(), images[0].max(), 1000)
    with torch.no_grad():
        scores = quantize(model, [images])(sweep)
    levels = len({tuple(row) for row in scores.mul(1e4).round().tolist()})
    assert levels <= 256, f"1000 values of a pixel gave {levels} different results; 8 bits tell at most 256 apart"
    assert levels > 1, "the pixel has no influence at all"


def test_the_argument_stays(quantize, network):
    """The network that was handed in is as before."""
    model, images = network
    before = copy.deepcopy(model.state_dict())
    model.train()
    quantize(model, [images])
    after = model.state_dict()
    assert list(after) == list(before), "the argument has other layers now: work on a copy"
    assert all(torch.equal(after[name], before[name]) for name in before), "the argument's weights changed"
    assert model.training, "the argument was put in another mode"
