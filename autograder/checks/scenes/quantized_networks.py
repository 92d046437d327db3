"""Problem 3.9: networks to be quantized whose scores lie far apart without any training, and words for wrong results."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from autograder.judge.expect import expect_finite, expect_shape, fail

from .services.quantization import network_of

Parts = dict[str, list[tuple]]
CLASSES, PER_CLASS, SIDE = 15, 2, 32
MARGIN = 8  # how far the score of the right class lies above the others
MAIN: Parts = {
    "cnn_layers": [("convolution", 1, 10, 5, 0), ("pool", 3), ("relu",), ("convolution", 10, 30, 5, 1), ("pool", 3), ("relu",)],
    "fc_layers": [("flatten",), ("linear", 120, 100), ("relu",), ("dropout", 0.5), ("linear", 100, CLASSES)],
}
CONVOLUTIONS: Parts = {
    "cnn_layers": [("convolution", 1, 16, 3, 0), ("relu",), ("convolution", 16, 64, 3, 0), ("relu",), ("pool", 12)],
    "fc_layers": [("flatten",), ("linear", 64, 3)],
}
SMALL: Parts = {
    "cnn_layers": [("convolution", 1, 3, 3, 0), ("relu",)],
    "fc_layers": [("flatten",), ("linear", 48, 20), ("relu",), ("dropout", 0.5), ("linear", 20, 4)],
}
ONE: Parts = {"layers": [("linear", 8, 5)]}
# No padding in words and no borders that repeat: torch's own quantization refuses them.
OTHER: Parts = {
    "layers": [
        ("convolution", 1, 4, (4, 3), (1, 2), {"stride": (2, 1), "dilation": (1, 2), "bias": False}),
        ("relu",),
        ("convolution", 4, 6, (2, 3), (0, 1), {"bias": False}),
        ("flatten",),
        ("linear", 240, 4),
    ]
}
# Of the standard deviation of the scores: right versions are off by 0.06 and less, a wrong border or step by 0.3 and more.
LARGEST_ERROR = 0.15
SWEPT = 600  # values of one pixel; eight bits tell 256 of them apart
# Pixels are calibrated between plus and minus the highest value; one outside wraps around to one that is 3 smaller.
HIGHEST, OUTSIDE, WRAPPED = 1.5, 1.62, -1.38


@dataclass(frozen=True)
class Prepared:
    """A network as its parameters, and images (N, 1, H, W) that it recognises with a clear margin."""

    parts: Parts
    values: list[np.ndarray]
    images: np.ndarray
    scores: torch.Tensor

    @property
    def classes(self) -> torch.Tensor:
        """What the network itself predicts."""
        return self.scores.argmax(1)


@lru_cache(maxsize=2)
def prepared(seed: int) -> Prepared:
    """The main network; its last layer is found by least squares, its hidden biases matter."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed % (1 << 63))
        model = network_of(MAIN, []).eval()
        prototypes = F.interpolate(torch.rand(CLASSES, 1, 8, 8), size=SIDE, mode="bilinear")
        labels = torch.arange(CLASSES).repeat(PER_CLASS)
        images = (prototypes[labels] + 0.03 * torch.randn(len(labels), 1, SIDE, SIDE) - 0.5) / 0.15
        with torch.no_grad():
            first, last = model.fc_layers[1], model.fc_layers[4]
            first.bias.normal_(0, 1)
            hidden = model.fc_layers[:3](model.cnn_layers(images)).double()
            inputs = torch.cat([hidden, torch.ones(len(images), 1, dtype=torch.float64)], 1)
            found = torch.linalg.lstsq(inputs, F.one_hot(labels, CLASSES).double() * MARGIN, driver="gelsd").solution
            last.weight.copy_(found[:-1].T)
            last.bias.copy_(found[-1])
            scores = model(images)
    return Prepared(MAIN, [value.detach().numpy() for value in model.parameters()], images.numpy(), scores)


@lru_cache(maxsize=2)
def other(seed: int) -> Prepared:
    """A small network with other borders and steps, without biases; the channels of its convolutions are of very different size."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed % (1 << 63))
        model, images = network_of(OTHER, []).eval(), torch.rand(24, 1, 10, 10) * 2 - 1
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.ndim == 4:
                    parameter.mul_(torch.logspace(-0.5, 0.5, len(parameter)).flip(0).reshape(-1, 1, 1, 1))
            scores = model(images)
    return Prepared(OTHER, [value.detach().numpy() for value in model.parameters()], images.numpy(), scores)


@lru_cache(maxsize=2)
def one_layer(seed: int) -> Prepared:
    """A single linear layer and inputs between -1 and 3."""
    drawn = np.random.default_rng(seed % (1 << 63))
    weight, bias = drawn.uniform(0.2, 1, (5, 8)) * drawn.choice([-1, 1], (5, 8), p=[0.3, 0.7]), drawn.uniform(1, 2, 5)
    inputs = drawn.uniform(-1, 3, (40, 8))
    values = [value.astype(np.float32) for value in (weight, bias)]
    return Prepared(ONE, values, inputs.astype(np.float32), torch.from_numpy(inputs @ weight.T + bias))


@lru_cache(maxsize=2)
def small_network(seed: int) -> tuple[list[np.ndarray], torch.Tensor]:
    """Parameters of a small network, and an image (1, 1, 6, 6) of which one pixel matters."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed % (1 << 63))
        while True:
            model, image = network_of(SMALL, []).eval(), torch.rand(1, 1, 6, 6) * 2 - 1
            values = [value.detach().numpy() for value in model.parameters()]
            dark, bright = scores_with_pixel(values, image, [WRAPPED, HIGHEST])
            if (dark - bright).abs().max() > 0.05:  # a hundred times what eight bits leave
                return values, image


def scores_with_pixel(values: list[np.ndarray], image: torch.Tensor, pixels: Sequence[float]) -> torch.Tensor:
    """The scores of a small network for an image whose pixel takes these values."""
    with torch.no_grad():
        return network_of(SMALL, values).eval()(images_with_pixel(image, pixels))


def images_with_pixel(image: torch.Tensor, pixels: Sequence[float]) -> torch.Tensor:
    """(N, 1, 6, 6): one image again and again, one of its pixels taking these values."""
    images = image.repeat(len(pixels), 1, 1, 1)
    images[:, 0, 2, 3] = torch.as_tensor(pixels)
    return images


@lru_cache(maxsize=4)
def with_pixels(seed: int, pixels: tuple[float, ...]) -> Prepared:
    """The small network, for images whose pixel takes these values."""
    values, image = small_network(seed)
    return Prepared(SMALL, values, images_with_pixel(image, pixels).numpy(), scores_with_pixel(values, image, pixels))


def swept(seed: int) -> Prepared:
    """The small network, for images whose pixel takes every value between the lowest and the highest."""
    return with_pixels(seed, tuple(np.linspace(-HIGHEST, HIGHEST, SWEPT).tolist()))


def small_images(count: int) -> np.ndarray:
    """Images for a network whose scores do not matter."""
    return np.linspace(-1, 1, count * 256, dtype=np.float32).reshape(count, 1, 16, 16)


def scores_of(call: str, got: Any, network: Prepared) -> torch.Tensor:
    """The scores that a quantized network gave, of the right shape."""
    tensor = expect_shape(call, got, network.scores.shape)
    if tensor.is_quantized or not tensor.is_floating_point():
        fail(f"{call} returned numbers of dtype {str(tensor.dtype).removeprefix('torch.')}; scores should be floating point again.")
    expect_finite(call, tensor)
    return tensor.float()


def ratio(reply: dict[str, Any]) -> float:
    """Bytes after over bytes before."""
    before, after = reply["bytes"]
    return after / before


def size_words(main: float, convolutions: float) -> str:
    """Why two networks are too large, one with most bytes in its linear layers, one in its convolutions."""
    if abs(main - 0.5) < 0.04 and abs(convolutions - 0.5) < 0.04:
        return "It looks as if numbers are stored with 16 bits; eight are asked for."
    if convolutions > 0.5 and main < 0.6:
        return "It looks as if the convolutions are still as they were, and only the linear layers are integers."
    if main > 0.3 >= convolutions:
        return "It looks as if the linear layers are still as they were, and only the convolutions are integers."
    return "What does each tensor of the state_dict hold, and of which dtype is it? int8 takes one byte."


Ask = Callable[[Prepared, list[np.ndarray]], torch.Tensor]


def reason(ask: Ask, seed: int) -> str:
    """Why predictions differ, seen from a network of a single linear layer.

    Args:
        ask: the scores of a network's images after it was quantized with these batches.
    """
    network = one_layer(seed)
    weight, bias = (torch.from_numpy(value).double() for value in network.values)
    inputs = torch.from_numpy(network.images).double()
    got, want = ask(network, [network.images]).double(), network.scores
    product, tolerance = want - bias, 0.03 * float((want - bias).abs().max())

    def near(value: torch.Tensor) -> bool:
        return bool((got - value).abs().max() < tolerance)

    if near(want):
        return (
            "A network of a single linear layer is right. What does a convolution do at the border, and which "
            "integer stands for the number 0 there?"
        )
    if near(product):
        return "It looks as if the bias is lost: it is added after the sums have become real numbers again."
    if near(inputs.clamp(-1, 1) @ weight.T + bias):
        return "It looks as if the range of the inputs is always -1 to 1: it should come from the calibration batches."
    for whole in (torch.round, torch.trunc, torch.floor):
        if any(
            near(one @ other.T + added)
            for one in (whole(inputs), inputs)
            for other in (whole(weight), weight)
            if one is not inputs or other is not weight
            for added in (bias, whole(bias), 0 * bias)
        ):
            return (
                "It looks as if there is no scale: numbers between -1 and 1 become 0 when they are rounded as they are. By what "
                "are they divided first, so that the largest becomes 127?"
            )
    if bool((got - got.mean(0)).abs().max() < 0.1 * (product - product.mean(0)).abs().max()):
        return "It looks as if the sums wrap around: products of two 8-bit numbers need 16 bits, their sums 32."
    shift, sums = (got - want).mean(0), weight.sum(1)
    if bool((got - want - (shift @ sums) / (sums @ sums) * sums).abs().max() < tolerance):
        return (
            "It looks as if the zero point is left out of the sums: each of them is off by the zero point times the sum of "
            "the weights."
        )
    if bool((got - want).abs().max() < 0.5 * product.abs().max()):
        return "The results are near, but too coarse: how many levels are there? Eight bits give 256."
    return (
        "Take a single linear layer and compare: integers of the inputs, of the weights, their sums, and the sums as "
        "real numbers again."
    )
