"""The one-convolution network with every zero padding that the handout allows, and with the usual mistakes."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from autograder.judge.mistakes import Mistake
from autograder.judge.reference_models import with_drawn_weights
from autograder.judge.alignment import Features
from autograder.judge.score_mistakes import MIXED

from .activations import instead_of_relu
from .pools import STRIDE, pooled, wrong_pools

Padding = tuple[int, int, int, int]  # zeros at the left, right, top and bottom, as F.pad takes them


class PaddedConvolution(nn.Conv2d):
    """A convolution with its own number of zeros on every side."""

    zeros: Padding = (0, 0, 0, 0)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """(N, C, H, W) to (N, filters, H', W')."""
        return F.conv2d(F.pad(images, self.zeros), self.weight, self.bias)


def paddings(im_size: tuple[int, int, int], kernel_size: int) -> list[Padding]:
    """Zero paddings that leave an image of at least 2x2: the usual one first, those unequal on the sides last."""
    _, height, width = im_size
    usual = kernel_size // 2
    every = itertools.product(range(kernel_size + 1), repeat=4)
    allowed = [
        (left, right, top, bottom)
        for left, right, top, bottom in every
        if height + top + bottom - kernel_size >= 1 and width + left + right - kernel_size >= 1
    ]
    return sorted(
        allowed,
        key=lambda sides: (sides != (usual,) * 4, sides[0] != sides[1] or sides[2] != sides[3], sides[0] != sides[2], sides),
    )


def families(im_size: tuple[int, int, int], kernel_size: int, even: bool = False) -> dict[tuple[int, int], list[Padding]]:
    """The paddings by the height and width that the pool makes of them; within a family all weights have one shape.

    Args:
        even: whether only those are wanted that are the same on all sides.
    """
    _, height, width = im_size
    found: dict[tuple[int, int], list[Padding]] = {}
    for left, right, top, bottom in paddings(im_size, kernel_size):
        if even and len({left, right, top, bottom}) > 1:
            continue
        pooled = ((height + top + bottom - kernel_size + 1) // 2, (width + left + right - kernel_size + 1) // 2)
        found.setdefault(pooled, []).append((left, right, top, bottom))
    return found


def padded_twin(
    network: Callable[..., nn.Module], sizes: tuple, pooled: tuple[int, int], draw: Callable[..., torch.Tensor]
) -> nn.Module:
    """The reference network with an affine layer for maps of a certain size, and drawn weights.

    Args:
        sizes: im_size, filters, kernel_size and n_classes.
        pooled: height and width behind the pool.
    """
    (channels, _, _), filters, kernel_size, n_classes = sizes
    twin = network(*sizes)
    twin.conv = PaddedConvolution(channels, filters, kernel_size)
    twin.affine = nn.Linear(filters * pooled[0] * pooled[1], n_classes)
    return with_drawn_weights(twin, draw)


def pad_by(zeros: Padding) -> Callable[[nn.Module], None]:
    """What gives a padded twin this padding."""

    def pad(twin: nn.Module) -> None:
        twin.conv.zeros = zeros  # type: ignore[union-attr,assignment]

    return pad


def features(twin: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """What enters the affine layer: (N, D)."""
    return F.max_pool2d(twin.conv(images).relu(), 2).flatten(1)  # type: ignore[operator]


@torch.no_grad()
def layer_mistakes(twin: Any, images: torch.Tensor) -> Iterator[Mistake]:
    """What the usual mistakes between the layers would give."""
    maps = twin.conv(images)

    def scores(pooled: torch.Tensor) -> torch.Tensor:
        return twin.affine(pooled.flatten(1))

    yield Mistake(scores(F.max_pool2d(maps, 2)), "There is no ReLU between the convolution and the affine layer.")
    yield from instead_of_relu("The convolution is followed by", lambda units: scores(F.max_pool2d(units, 2)), maps)
    yield Mistake(scores(F.max_pool2d(maps, 2)).relu(), "The ReLU stands behind the affine layer instead of before it.")
    yield Mistake(scores(F.avg_pool2d(maps.relu(), 2)), "The pool takes the average of each 2x2 window instead of its maximum.")
    yield Mistake(scores(F.avg_pool2d(maps, 2).relu()), "The pool takes the average of each 2x2 window instead of its maximum.")
    yield Mistake(
        scores(-F.max_pool2d(-maps.relu(), 2)), "The pool takes the smallest number of each 2x2 window; take the largest."
    )
    yield Mistake(
        scores(F.lp_pool2d(maps.relu(), 2, 2)), "The pool is an LPPool: it takes roots of sums of squares; take the maximum."
    )
    unbiased = maps - twin.conv.bias[:, None, None]
    yield Mistake(scores(F.max_pool2d(unbiased.relu(), 2)), "The filters' bias is registered but not added.")
    right = F.max_pool2d(maps.relu(), 2)
    yield Mistake(scores(right) - twin.affine.bias, "The last layer's bias is registered but not added.")
    yield Mistake(scores(right.reshape(-1, len(images)).T), MIXED)
    for axes in itertools.permutations(range(4)):
        if axes[0] != 0:
            yield Mistake(scores(right.permute(axes).reshape(right.shape)), MIXED)
    for wrong, words in wrong_maps(twin.conv, images):
        if wrong[0].numel() == twin.affine.in_features:
            yield Mistake(scores(wrong), words)


def wrong_maps(conv: nn.Conv2d, images: torch.Tensor) -> Iterator[tuple[torch.Tensor, str]]:
    """Maps that enter the affine layer when padding or pool is misunderstood, with words for it, for every padding."""
    weight, bias, kernel_size = conv.weight, conv.bias, conv.kernel_size[0]
    for pad in range(kernel_size):
        for mode in ("reflect", "replicate", "circular") if 0 < pad < min(images.shape[2:]) else ():
            edges = F.conv2d(F.pad(images, (pad,) * 4, mode=mode), weight, bias).relu()
            yield F.max_pool2d(edges, 2), f"The image is padded in the mode {mode!r}; pad it with zeros."
        maps = F.conv2d(images, weight, bias, padding=pad).relu()
        for rows, columns in itertools.product(*((size, size // 2 * 2) for size in maps.shape[2:])):
            yield maps[:, :, :rows:2, :columns:2], STRIDE
        yield from ((wrong, words) for words, pool in wrong_pools(kernel_size) if (wrong := pooled(pool, maps)) is not None)
        before = F.max_pool2d(images, 2)
        if min(before.shape[2:]) + 2 * pad >= kernel_size:
            yield (
                F.conv2d(before, weight, bias, padding=pad).relu(),
                "The pool stands before the convolution instead of behind it.",
            )


def mispooled(
    network: Callable[..., nn.Module], sizes: tuple, inputs: int, draw: Callable[..., torch.Tensor]
) -> Iterator[tuple[str, nn.Module, Features, list[Callable[[nn.Module], None]]]]:
    """Networks whose affine layer gets so many inputs since the pool is another one: words, network, what enters, paddings.

    Args:
        sizes: im_size, filters, kernel_size and n_classes.
    """
    (channels, height, width), filters, kernel_size, n_classes = sizes
    for words, pool in wrong_pools(kernel_size):
        fitting = []
        for pad in range(kernel_size):
            maps = torch.zeros(1, filters, max(0, height + 2 * pad - kernel_size + 1), max(0, width + 2 * pad - kernel_size + 1))
            found = pooled(pool, maps) if maps.numel() else None
            fitting += [pad] if found is not None and found.numel() == inputs else []
        if fitting:
            twin = network(*sizes)
            twin.conv, twin.affine = PaddedConvolution(channels, filters, kernel_size), nn.Linear(inputs, n_classes)
            yield (
                words,
                with_drawn_weights(twin, draw),
                lambda twin, images, pool=pool: pool(twin.conv(images).relu()).flatten(1),
                [pad_by((pad,) * 4) for pad in fitting],
            )
