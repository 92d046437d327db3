"""Are new weights drawn as a scheme says? Deviations that the usual mistakes lead to are told from the shapes of the weights."""

import math
import random
from collections.abc import Callable, Iterable

import torch

from .services.networks import OLD_BIAS, OLD_WEIGHT

Weights = dict[str, torch.Tensor]
Layers = dict[str, tuple]
Deviation = Callable[[int, int, int], float]  # of inputs, outputs and pixels of the kernel

# The deviation of a sample of n normal numbers is uncertain by 1 / sqrt(2 n): 0.5 % for the 20,000 weights that every layer
# here has at least. Seven times that; every mistake below is more than 10 % away in each layer.
DEVIATION = 0.035
# Beyond two deviations lie 4.6 % of normal numbers, give or take 0.1 % of 20,000; of uniform ones none, of numbers cut there none.
TAILS = (0.037, 0.054)
NAMES = {"he": "He", "xavier": "Xavier"}


def draw_layers(chance: random.Random) -> Layers:
    """Layers at several depths, wide enough to measure a deviation, and two of other kinds that must stay as they are."""
    some = chance.randint
    return {
        "first": ("convolution", some(30, 40), some(120, 150), (3, 5)),
        "second": ("linear layer", some(150, 190), some(330, 400)),
        "block.norm": ("batch norm", 7),
        "block.deep.convolution": ("convolution", some(24, 30), some(100, 130), 3),
        "block.deep.linear": ("linear layer", some(330, 400), some(100, 130)),
        "head.norm": ("layer norm", 9),
    }


def draw_bare_layers(chance: random.Random) -> dict[str, Layers]:
    """A convolution and a linear layer that are the module themselves, and layers without bias below one."""
    some = chance.randint
    convolution, linear = (some(24, 30), some(100, 130), 3), (some(150, 190), some(230, 300))
    return {
        "a single convolution": {"": ("convolution", *convolution)},
        "a single linear layer": {"": ("linear layer", *linear)},
        "a module of layers without bias": {
            "first": ("convolution without bias", *convolution),
            "last": ("linear layer without bias", *linear),
        },
    }


def weights_in(layers: Layers, values: Weights) -> tuple[Weights, list[str]]:
    """The weights of convolutions and linear layers that are new, and the paths of the layers whose weights are the old ones."""
    new, kept = {}, []
    for path, (kind, *_) in layers.items():
        weight = values.get(f"{path}.weight".lstrip("."))
        if "norm" in kind or not isinstance(weight, torch.Tensor) or weight.ndim < 2 or not weight.numel():
            continue
        if bool((weight == OLD_WEIGHT).all()):
            kept.append(path)
        else:
            new[path] = weight.double().cpu()
    return new, kept


def why_kept(layers: Layers, kept: list[str]) -> str:
    """Why just these layers may have kept their weights."""
    treated = [path for path, (kind, *_) in layers.items() if "norm" not in kind and path not in kept]
    kinds = [{layers[path][0] for path in paths} for paths in (kept, treated)]
    if kinds[0] == {"convolution"} and kinds[1] == {"linear layer"}:
        return "The convolutions keep their weights: which classes does the condition name?"
    if kinds[0] == {"linear layer"} and kinds[1] == {"convolution"}:
        return "The linear layers keep their weights: which classes does the condition name?"
    if all("." in path for path in kept) and not any("." in path for path in treated):
        return "The deeper layers keep their weights: `children()` gives the next level only. What gives every level?"
    return f"These keep their weights: {', '.join(kept)}. Does the loop reach every layer?"


def fans(weight: torch.Tensor) -> tuple[int, int, int]:
    """Inputs, outputs and pixels of the kernel of a weight (O, I) or (O, I, height, width)."""
    return weight.shape[1], weight.shape[0], math.prod(weight.shape[2:])


SCHEMES: dict[str, Deviation] = {
    "he": lambda i, o, k: math.sqrt(2 / (i * k)),
    "xavier": lambda i, o, k: math.sqrt(2 / (i * k + o * k)),
}
VARIANCE = "It looks as if the variance was used as standard deviation: what does `std` want?"
PIXELS = "It looks as if the pixels of the kernel were forgotten: how many numbers enter one output?"
SPREAD_MISTAKES: dict[str, list[tuple[Deviation, str]]] = {
    "he": [
        (SCHEMES["xavier"], "It looks like Xavier where He was asked for: does `scheme` decide?"),
        (
            lambda i, o, k: math.sqrt(2 / (o * k)),
            "It looks like fan-out instead of fan-in: does He count what enters a layer or what leaves it?",
        ),
        (
            lambda i, o, k: math.sqrt(1 / (i * k)),
            "It looks as if the gain of ReLU is missing: by how much does it raise the variance?",
        ),
        (lambda i, o, k: 2 / (i * k), VARIANCE),
        (lambda i, o, k: math.sqrt(2 / i), PIXELS),
    ],
    "xavier": [
        (SCHEMES["he"], "It looks like He where Xavier was asked for: does `scheme` decide?"),
        (
            lambda i, o, k: math.sqrt(4 / (i * k + o * k)),
            "It looks as if the gain of ReLU was used; Xavier has gain 1. Which default does torch's function have?",
        ),
        (lambda i, o, k: 2 / (i * k + o * k), VARIANCE),
        (lambda i, o, k: math.sqrt(2 / (i + o)), PIXELS),
        (lambda i, o, k: math.sqrt(1 / (i * k)), "It looks as if only fan-in was counted: which two numbers does Xavier average?"),
        (
            lambda i, o, k: math.sqrt(1 / (i * k + o * k)),
            "It looks as if the sum of fan-in and fan-out was taken for their average: what does that do to the variance?",
        ),
    ],
}
TORCH: Deviation = lambda i, o, k: math.sqrt(1 / (3 * i * k))  # noqa: E731


def follows(weights: Iterable[torch.Tensor], deviation: Deviation) -> bool:
    """Whether every weight has the deviation that belongs to its shape."""
    return all(abs(float(weight.std()) / deviation(*fans(weight)) - 1) < DEVIATION for weight in weights)


def why_other_spread(weights: Weights, scheme: str) -> str:
    """The words for the mistake that gives all of these deviations."""
    for deviation, words in SPREAD_MISTAKES[scheme]:
        if follows(weights.values(), deviation):
            return words
    if follows(weights.values(), TORCH):
        return "It looks like torch's own start: `reset_parameters` draws that. Which function of `torch.nn.init` is the scheme's?"
    spreads = [float(weight.std()) for weight in weights.values()]
    if len(spreads) > 1 and max(spreads) < 1.02 * min(spreads):
        return "All layers have the same deviation: does it depend on the shape of the weights?"
    return "Which numbers of the layer does the deviation depend on, and is it a variance or a standard deviation?"


def why_not_normal(weights: Weights) -> str:
    """What is wrong with the shape of the distribution; nothing when it is normal with mean 0."""
    scaled = torch.cat([(weight / weight.std()).reshape(-1) for weight in weights.values()])
    if abs(float(scaled.mean())) > 6 / math.sqrt(len(scaled)):
        return "have a mean that is not 0."
    if TAILS[0] < float((scaled.abs() > 2).double().mean()) < TAILS[1]:
        return ""
    return "are uniform, not normal." if float(scaled.abs().max()) < 1.8 else "are not normally distributed."


def share_of_scheme(weights: Iterable[torch.Tensor], scheme: str) -> float:
    """How wide all weights of a network are, in parts of what a scheme asks for, pooled over its layers."""
    scaled = [
        (weight.double().cpu() / SCHEMES[scheme](*fans(weight))).reshape(-1)
        for weight in weights
        if weight.ndim > 1 and weight.numel()
    ]
    return float(torch.cat(scaled).square().mean().sqrt()) if scaled else 0.0


def biases_and_others(layers: Layers, values: Weights) -> tuple[list[str], list[str]]:
    """The biases of convolutions and linear layers that are not zero, and the parameters of other layers that changed."""
    not_zero, changed = [], []
    for path, (kind, *_) in layers.items():
        weight, bias = (values.get(f"{path}.{name}".lstrip(".")) for name in ("weight", "bias"))
        if "norm" in kind:
            old = ((weight, OLD_WEIGHT), (bias, OLD_BIAS))
            changed += [path for value, was in old if not isinstance(value, torch.Tensor) or not bool((value == was).all())]
        elif isinstance(bias, torch.Tensor) and bool(bias.any()):
            not_zero.append(f"{path}.bias".lstrip("."))
    return not_zero, list(dict.fromkeys(changed))
