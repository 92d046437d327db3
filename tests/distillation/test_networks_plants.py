"""Proof for the networks: right versions agree with an oracle, each planted mistake differs somewhere."""

import math
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional

PROBLEM = Path(__file__).resolve().parents[1] / "plants" / "distillation" / "networks"
RIGHT = sorted(path.stem for path in PROBLEM.glob("right_*.py"))
MISTAKES = sorted(path.stem for path in PROBLEM.glob("mistake_*.py"))
SPECS = [  # im_size, n_classes, conv_layers, pool_layers, first_filters, pooling, fc_nodes, init
    ((3, 13, 18), 7, 10, 2, 4, "average", 96, "xavier"),
    ((2, 8, 12), 4, 6, 1, 5, "max", 64, "he"),
    ((1, 9, 10), 3, 3, 1, 6, "average", 128, "he"),
    ((3, 12, 8), 11, 12, 2, 2, "max", 80, "xavier"),
]


def probe():
    """Layers at several depths, wide enough to estimate standard deviations, and layers to leave alone."""
    torch.manual_seed(11)
    inner = nn.Sequential(nn.Conv2d(20, 60, (3, 5)), nn.BatchNorm2d(60), nn.Conv2d(60, 200, 1, bias=False))
    layers = nn.Sequential(inner, nn.ModuleDict({"deep": nn.Sequential(nn.Linear(90, 300))}), nn.LayerNorm(8))
    for parameter in [*inner[1].parameters(), *layers[2].parameters()]:
        nn.init.uniform_(parameter, 1, 2)
    return layers


def observe_initialize(module, scheme):
    """Shape of the new distribution of each layer: its deviation, and how much lies beyond two deviations."""
    layers = probe()
    module.initialize(layers, scheme)
    single = nn.Linear(100, 400)
    module.initialize(single, scheme)
    treated = [layers[0][0], layers[0][2], layers[1]["deep"][0], single]
    seen = {"alone": [parameter.tolist() for parameter in [*layers[0][1].parameters(), *layers[2].parameters()]]}
    for number, layer in enumerate(treated):
        weights = layer.weight.detach().flatten()
        seen[f"{number} deviation"] = weights.std().item() / deviation(layer, scheme)
        seen[f"{number} mean"] = weights.mean().item() / deviation(layer, scheme)
        seen[f"{number} tails"] = (weights.abs() > 2 * weights.std()).float().mean().item()
        seen[f"{number} biases"] = layer.bias is None or not layer.bias.any().item()
    return seen


def deviation(layer, scheme):
    """The standard deviation of a scheme, from the shape of the weights."""
    outputs, inputs = layer.weight.shape[:2]
    pixels = math.prod(layer.weight.shape[2:])
    return math.sqrt(2 / (inputs * pixels) if scheme == "he" else 2 / ((inputs + outputs) * pixels))


def expected_initialize():
    """What right versions give, up to the randomness of the weights."""
    layers = probe()
    seen = {"alone": [parameter.tolist() for parameter in [*layers[0][1].parameters(), *layers[2].parameters()]]}
    for number in range(4):
        seen |= {f"{number} deviation": 1.0, f"{number} mean": 0.0, f"{number} tails": 0.0455, f"{number} biases": True}
    return seen


def plan(spec):
    """Shapes of the weights of a spec, convolutions first."""
    channels, height, width = spec.im_size
    filters = [spec.first_filters * 2 ** (index // 4) for index in range(spec.conv_layers)]
    shrink = 2**spec.pool_layers
    flat = filters[-1] * (height // shrink) * (width // shrink)
    convolutions = [(o, i, 3, 3) for i, o in zip([channels, *filters], filters, strict=False)]
    return convolutions + [(spec.fc_nodes, flat), (spec.n_classes, spec.fc_nodes)]


def oracle_scores(spec, parameters, images):
    """Scores from a list of weight and bias pairs, with functional calls and pools by hand."""
    *convolutions, hidden, output = parameters
    maps = images
    for position, (weight, bias) in enumerate(convolutions, start=1):
        maps = functional.conv2d(maps, weight, bias, padding=1).clamp(min=0)
        if position == len(convolutions) or (spec.pool_layers == 2 and position == len(convolutions) // 2):
            windows = functional.unfold(maps.flatten(0, 1).unsqueeze(1), 2, stride=2)
            pooled = windows.amax(dim=1) if spec.pooling == "max" else windows.mean(dim=1)
            maps = pooled.view(*maps.shape[:2], maps.shape[2] // 2, maps.shape[3] // 2)
    return functional.linear(functional.linear(maps.flatten(1), *hidden).clamp(min=0), *output)


def observe_network(network, spec):
    """Shapes, initial weights and scores of one built network; scores are compared after its own weights."""
    shapes = [tuple(parameter.shape) for parameter in network.parameters()]
    weights = [parameter for parameter in network.parameters() if parameter.dim() > 1]
    biases = [parameter for parameter in network.parameters() if parameter.dim() == 1]
    seen = {"shapes": sorted(shapes), "biases": any(bias.any().item() for bias in biases)}
    if seen["shapes"] != expected_network(spec)["shapes"]:
        return seen
    layers = [nn.Linear(1, 1) for _ in weights]
    for layer, weight in zip(layers, weights, strict=True):
        layer.weight = weight
    ratios = [layer.weight.std().item() / deviation(layer, spec.init) for layer in layers]
    sizes = [weight.numel() for weight in weights]
    seen["deviation"] = sum(map(math.prod, zip(ratios, sizes, strict=True))) / sum(sizes)
    network.double()
    with torch.no_grad():
        for bias in biases:
            bias.normal_()
        images = torch.randn(3, *spec.im_size, dtype=torch.float64)
        got, again = network(images), network(images)
        want = oracle_scores(spec, list(zip(weights, biases, strict=True)), images)
    seen["scores"] = bool(got.shape == want.shape and torch.allclose(got, want, rtol=1e-9, atol=1e-9))
    return seen | {"repeatable": torch.equal(got, again)}


def expected_network(spec):
    """What right versions give."""
    weights = plan(spec)
    shapes = sorted([*weights, *((shape[0],) for shape in weights)])
    return {"shapes": shapes, "biases": False, "deviation": 1.0, "scores": True, "repeatable": True}


def all_differences(compare, module, variants):
    """Names of everything in which a version differs from the truth; crashes count."""
    wrong = []
    for scheme in ("he", "xavier"):
        try:
            wrong += compare(observe_initialize(module, scheme), expected_initialize(), 0.04)
        except AttributeError as error:
            wrong.append(repr(error))
    for fields in SPECS:
        spec = variants.NetworkSpec(*fields)
        for symbol in (module.Teacher, module.Student):
            try:
                wrong += compare(observe_network(symbol(spec), spec), expected_network(spec), 0.04)
            except (RuntimeError, ValueError) as error:
                wrong.append(repr(error))
    return wrong


@pytest.mark.parametrize("name", ["solution", *RIGHT])
def test_right_versions_agree_with_the_oracle(solution, planted, compare, name):
    """Initial weights, shapes and scores for images of several sizes that are not square."""
    module = solution("networks") if name == "solution" else planted("networks", name)
    assert all_differences(compare, module, solution("variants")) == []


@pytest.mark.parametrize("name", MISTAKES)
def test_every_mistake_shows(solution, planted, compare, name):
    """A planted mistake differs from the truth in at least one observation."""
    assert all_differences(compare, planted("networks", name), solution("variants"))


def test_unknown_schemes_are_refused(solution):
    """A scheme that is neither he nor xavier is named."""
    with pytest.raises(ValueError, match="'orthogonal'"):
        solution("networks").initialize(nn.Linear(2, 2), "orthogonal")
