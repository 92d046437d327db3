"""Quantization and its plants on networks whose scores lie far apart, without any training.

The last layer is found by least squares, so that each of 15 made-up classes has a clear winner.
"""

import copy
import functools

import pytest
import torch
from torch import nn

PROBLEM = "quantization"


class Net(nn.Module):
    """A network like SimpleNetDropout."""

    def __init__(self):
        super().__init__()
        self.cnn_layers = nn.Sequential(
            nn.Conv2d(1, 10, 5), nn.MaxPool2d(3), nn.ReLU(), nn.Conv2d(10, 20, 5, padding=1), nn.MaxPool2d(3), nn.ReLU()
        )
        self.fc_layers = nn.Sequential(nn.Flatten(), nn.Linear(180, 100), nn.ReLU(), nn.Dropout(0.5), nn.Linear(100, 15))

    def forward(self, x):
        """Score images."""
        return self.fc_layers(self.cnn_layers(x))


@functools.cache
def prepared():
    """(network, images, labels): every image is recognised, with a clear margin."""
    torch.manual_seed(4)
    model = Net().eval()
    prototypes = nn.functional.interpolate(torch.rand(15, 1, 8, 8), size=40, mode="bilinear")
    labels = torch.arange(15).repeat(3)
    images = (prototypes[labels] + 0.03 * torch.randn(45, 1, 40, 40) - 0.5) / 0.15
    with torch.no_grad():
        model.fc_layers[1].bias.normal_(0, 1)
        hidden = model.fc_layers[:3](model.cnn_layers(images))
        centred = torch.cat([hidden, torch.ones(45, 1)], dim=1).double()
        solution = torch.linalg.lstsq(centred, nn.functional.one_hot(labels, 15).double() * 8, driver="gelsd").solution
        model.fc_layers[4].weight.copy_(solution[:-1].T)
        model.fc_layers[4].bias.copy_(solution[-1])
    return model, images, labels


def size_bytes(model) -> int:
    """Bytes of everything in a checkpoint, packed integers included."""
    total = 0
    for value in model.state_dict().values():
        for part in value if isinstance(value, tuple) else [value]:
            if isinstance(part, torch.Tensor):
                total += part.numel() * part.element_size()
    return total


def facts(module) -> dict:
    """What holds for every right function."""
    model, images, labels = prepared()
    quantized = module.quantize(copy.deepcopy(model), [images[:20], images[20:]])

    @torch.no_grad()
    def same(network, changed, inputs):
        return (network(inputs).argmax(1) == changed(inputs).argmax(1)).float().mean() >= 0.95

    @torch.no_grad()
    def levels(pixel_values=300):
        sweep = images[:1].repeat(pixel_values, 1, 1, 1)
        sweep[:, 0, 20, 20] = torch.linspace(images[0].min(), images[0].max(), pixel_values)
        rows = quantized(sweep).mul(1e4).round()
        return len({tuple(row) for row in rows.tolist()})

    def argument_kept():
        mine = copy.deepcopy(model).train()
        before = copy.deepcopy(mine.state_dict())
        module.quantize(mine, [images[:8]])
        after = mine.state_dict()
        return mine.training and list(before) == list(after) and all(torch.equal(before[key], after[key]) for key in before)

    def convolutions_too():
        torch.manual_seed(0)
        net = nn.Sequential(nn.Conv2d(1, 16, 3), nn.ReLU(), nn.Conv2d(16, 64, 3), nn.ReLU(), nn.Flatten(), nn.Linear(9216, 1))
        net = nn.Sequential(*net[:4], nn.MaxPool2d(12), nn.Flatten(), nn.Linear(64, 3))
        return size_bytes(module.quantize(net.eval(), [images[:4, :, :16, :16]])) <= 0.3 * size_bytes(net)

    @torch.no_grad()
    def without_biases():
        torch.manual_seed(0)
        net = nn.Sequential(nn.Conv2d(1, 4, 5, stride=2, bias=False), nn.Flatten(), nn.Linear(1296, 3)).eval()
        wanted, got = net(images), module.quantize(copy.deepcopy(net), [images])(images)
        return (wanted - got).abs().max() < 0.1 * wanted.abs().max()

    return {
        "predictions": lambda: same(model, quantized, images),
        "bytes": lambda: size_bytes(quantized) <= 0.3 * size_bytes(model),
        "bytes of convolutions": convolutions_too,
        "without biases": without_biases,
        "activations": lambda: 1 < levels() <= 256,
        "argument kept": argument_kept,
        "first batch counts": lambda: same(model, module.quantize(copy.deepcopy(model), [images, 0.01 * images[:5]]), images),
        "a little out of range": lambda: same(model, module.quantize(copy.deepcopy(model), [0.85 * images]), images),
        "labels may come along": lambda: same(model, module.quantize(copy.deepcopy(model), [(images, labels)]), images),
    }


@pytest.mark.filterwarnings("ignore")
def test_the_solution_is_right(solution, faults):
    """Every fact holds for the solution."""
    assert faults(facts(solution)) == []


@pytest.mark.filterwarnings("ignore")
def test_every_right_plant_is_right(request, faults, right):
    """Every fact holds for the alternatives."""
    assert faults(facts(right)) == []


@pytest.mark.filterwarnings("ignore")
def test_every_mistake_is_seen(mistake, faults):
    """Some fact fails for each mistake, but not all."""
    assert 0 < len(faults(facts(mistake))) < len(facts(mistake))


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(4, 6, 3, padding=1, stride=2),
        nn.Conv2d(4, 8, (3, 5), padding="same", dilation=2, groups=2, bias=False),
        nn.Conv2d(4, 4, 3, groups=4, padding=(0, 2), padding_mode="reflect", stride=(1, 3)),
        nn.Conv2d(4, 5, 1, padding="valid"),
        nn.Linear(9, 3),
    ],
    ids=str,
)
def test_single_layers_stay_close(solution, layer):
    """Every kind of convolution and linear layer stays within a few steps of the 256 levels."""
    inputs = torch.rand(2, 4, 11, 9) * 3 - 1
    with torch.no_grad():
        wanted, got = layer(inputs), solution.quantize(layer, [inputs])(inputs)
    assert got.shape == wanted.shape and got.dtype == wanted.dtype
    assert (got - wanted).abs().max() < 0.02 * wanted.abs().max()


def test_products_are_summed_exactly(solution):
    """The largest int8 numbers, many of them, do not wrap around."""
    left = torch.full((3, 5000), -128, dtype=torch.int8)
    right = torch.full((5000, 2), -127, dtype=torch.int8)
    assert (solution.integer_product(left, right) == 128 * 127 * 5000).all()


def test_nothing_to_quantize_is_an_error(solution):
    """No batches, or no layers, are errors in words."""
    for model, batches in ((nn.ReLU(), [torch.ones(1, 2)]), (nn.Sequential(nn.Linear(2, 2)), [])):
        with pytest.raises(ValueError, match="nothing to quantize"):
            solution.quantize(model, batches)


def test_the_quantized_network_can_be_saved(solution):
    """Its state_dict goes into a network quantized elsewhere, and scores agree to the last bit."""
    model, images, _ = prepared()
    first = solution.quantize(model, [images[:9]])
    second = solution.quantize(Net(), [images[:2]])
    second.load_state_dict(first.state_dict())
    assert torch.equal(first(images), second(images))
