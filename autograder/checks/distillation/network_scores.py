"""Scores of the network of a `NetworkSpec` from given weights, right and with the usual mistakes between the layers."""

import functools
import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F

from autograder.judge.mistakes import Mistake

Shapes = list[tuple[str, tuple[int, ...]]]
Weights = list[tuple[torch.Tensor, torch.Tensor | None]]
# Right versions in float32 stay within 1e-6 of float64, relative to the largest score; a hundred times that, which no mistake
# below comes near.
RELATIVE = 1e-4


def paired(shapes: Shapes) -> list[tuple[str, str | None]]:
    """Names of weight and bias of every layer, convolutions first: the bias is the next vector that fits, else the first."""
    weights = [(name, shape) for size in (4, 2) for name, shape in shapes if len(shape) == size]
    order = {name: place for place, (name, _) in enumerate(shapes)}
    open_biases = [(name, shape) for name, shape in shapes if len(shape) == 1]
    pairs: list[tuple[str, str | None]] = []
    for name, shape in weights:
        fitting = [bias for bias, size in open_biases if size == shape[:1]]
        after = [bias for bias in fitting if order[bias] == order[name] + 1]
        follows = after if len(open_biases) < len(weights) - len(pairs) else after or fitting
        chosen = next(iter(follows), None)
        open_biases = [entry for entry in open_biases if entry[0] != chosen]
        pairs.append((name, chosen))
    return pairs


def draw_weights(shapes: Shapes, label: str, draw: Callable[..., torch.Tensor]) -> dict[str, torch.Tensor]:
    """Weights that keep the size of what passes through, and biases that matter, by the names of these shapes."""
    values = {}
    for place, (name, shape) in enumerate(shapes):
        fan_in = math.prod(shape[1:]) or 1 if len(shape) > 1 else 8
        values[name] = draw(f"{label} {place}", *shape) * (2 / fan_in) ** 0.5
    return values


@dataclass(frozen=True)
class Order:
    """How the layers follow each other: by default rightly."""

    pooling: str = ""  # other than the spec's
    pooled_after: tuple[int, ...] = ()  # other than the spec's
    relu_last: bool = False  # after the pool, not before it
    convolution_relu: bool = True
    hidden_relu: bool = True


def scores(
    spec: Any,
    weights: Weights,
    images: torch.Tensor,
    order: Order = Order(),  # noqa: B008
    axes: tuple[int, ...] = (1, 2, 3),
) -> torch.Tensor:
    """Scores (N, classes) of images (N, C, H, W) in the dtype of the weights.

    Args:
        order: of the layers.
        axes: order in which channels, rows and columns are flattened.
    """
    *convolutions, hidden, output = weights
    pool = F.max_pool2d if (order.pooling or spec.pooling) == "max" else F.avg_pool2d
    usual = (len(convolutions),) if spec.pool_layers == 1 else (len(convolutions) // 2, len(convolutions))
    maps = images
    for number, (weight, bias) in enumerate(convolutions, start=1):
        maps = F.conv2d(maps, weight, bias, padding=weight.shape[-1] // 2)
        here = number in (order.pooled_after or usual)
        if order.convolution_relu and not (here and order.relu_last):
            maps = maps.relu()
        if here:
            maps = pool(maps, 2)
            maps = maps.relu() if order.relu_last else maps
    nodes = F.linear(maps.permute(0, *axes).flatten(1), *hidden)
    return F.linear(nodes.relu() if order.hidden_relu else nodes, *output)


def right_scores(spec: Any, weights: Weights, images: torch.Tensor) -> list[Callable[[], torch.Tensor]]:
    """The scores for every order of flattening, the usual one first; each is computed once, when it is asked for."""

    def for_axes(axes: tuple[int, ...]) -> Callable[[], torch.Tensor]:
        return functools.cache(lambda: scores(spec, weights, images, axes=axes))

    return [for_axes(axes) for axes in itertools.permutations((1, 2, 3))]


def order_mistakes(spec: Any, weights: Weights, images: torch.Tensor) -> Iterator[Mistake]:
    """What the usual mistakes between the layers give."""

    def found(words: str, **order: Any) -> Mistake:
        return Mistake(scores(spec, weights, images, Order(**order)), words)

    last, right = len(weights) - 2, scores(spec, weights, images)
    if spec.pooling == "max":
        yield found("It looks like an average pool where the maximum was asked for: does `spec.pooling` decide?", pooling="average")
    else:
        yield found("It looks like a max-pool where the average was asked for: does `spec.pooling` decide?", pooling="max")
        yield found("It looks like a ReLU after the pool; it belongs before it. For which pool does that matter?", relu_last=True)
    for number in range(1, last):
        if spec.pool_layers == 1:
            yield found(
                "It looks as if it stands elsewhere: the pool stands after the last convolution. Where is it made?",
                pooled_after=(number,),
            )
        else:
            yield found(
                "It looks as if the second pool stands elsewhere: after how many convolutions should it?",
                pooled_after=(number, last),
            )
    yield found("It looks as if ReLU is missing after the convolutions: what follows each of them?", convolution_relu=False)
    yield found("It looks as if ReLU is missing after the hidden layer: what are two linear layers in a row?", hidden_relu=False)
    yield Mistake(right.relu(), "It looks as if ReLU was applied to the scores: may they be negative?")
    yield Mistake(right.softmax(1), "Every row sums to 1: softmax was already applied. What does the loss want?")
    yield Mistake(
        right.log_softmax(1), "The exponentials of every row sum to 1: log-softmax was already applied. What does the loss want?"
    )
