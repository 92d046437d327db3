"""The one-convolution network with every zero padding that the handout allows, and with the usual mistakes."""
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from autograder.judge.mistakes import Mistake
from autograder.judge.reference_models import with_drawn_weights
from autograder.judge.registered import FIXED_IMAGE
from autograder.judge.score_mistakes import MIXED

Padding = tuple[int, int, int, int]     # zeros at the left, right, top and bottom, as F.pad takes them


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
    allowed = [(left, right, top, bottom) for left, right, top, bottom in every
               if height + top + bottom - kernel_size >= 1 and width + left + right - kernel_size >= 1]
    return sorted(allowed, key=lambda sides: (sides != (usual,) * 4, sides[0] != sides[1] or sides[2] != sides[3],
                                              sides[0] != sides[2], sides))


def families(im_size: tuple[int, int, int], kernel_size: int) -> dict[tuple[int, int], list[Padding]]:
    """The paddings by the height and width that the pool makes of them; within a family all weights have one shape."""
    _, height, width = im_size
    found: dict[tuple[int, int], list[Padding]] = {}
    for left, right, top, bottom in paddings(im_size, kernel_size):
        pooled = ((height + top + bottom - kernel_size + 1) // 2, (width + left + right - kernel_size + 1) // 2)
        found.setdefault(pooled, []).append((left, right, top, bottom))
    return found


def padded_twin(network: Callable[..., nn.Module], sizes: tuple, pooled: tuple[int, int],
                draw: Callable[..., torch.Tensor]) -> nn.Module:
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
        twin.conv.zeros = zeros     # type: ignore[union-attr,assignment]
    return pad


def features(twin: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """What enters the affine layer: (N, D)."""
    return F.max_pool2d(twin.conv(images).relu(), 2).flatten(1)     # type: ignore[operator]


ACTIVATIONS = {
    "There is no ReLU between the convolution and the affine layer.": lambda maps: maps,
    "The convolution is followed by a sigmoid instead of a ReLU.": torch.sigmoid,
    "The convolution is followed by tanh instead of a ReLU.": torch.tanh,
    "The convolution is followed by a leaky ReLU instead of a ReLU.": F.leaky_relu,
    "The convolution is followed by GELU instead of a ReLU.": F.gelu,
}


@torch.no_grad()
def layer_mistakes(twin: Any, images: torch.Tensor) -> Iterator[Mistake]:
    """What the usual mistakes between the layers would give."""
    maps = twin.conv(images)

    def scores(pooled: torch.Tensor) -> torch.Tensor:
        return twin.affine(pooled.flatten(1))

    for words, activation in ACTIVATIONS.items():
        yield Mistake(scores(F.max_pool2d(activation(maps), 2)), words)
    yield Mistake(scores(F.max_pool2d(maps, 2)).relu(), "The ReLU stands behind the affine layer instead of before it.")
    yield Mistake(scores(F.avg_pool2d(maps.relu(), 2)),
                  "The pool takes the average of each 2x2 window instead of its maximum.")
    unbiased = maps - twin.conv.bias[:, None, None]
    yield Mistake(scores(F.max_pool2d(unbiased.relu(), 2)), "The filters' bias is registered but not added.")
    right = F.max_pool2d(maps.relu(), 2)
    yield Mistake(scores(right) - twin.affine.bias, "The last layer's bias is registered but not added.")
    yield Mistake(scores(right.reshape(-1, len(images)).T), MIXED)
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
        yield maps, "There is no pool between the convolution and the affine layer."
        for rows, columns in itertools.product(*((size, size // 2 * 2) for size in maps.shape[2:])):
            yield maps[:, :, :rows:2, :columns:2], STRIDE
        for words, pool in WRONG_POOLS.items() if min(maps.shape[2:]) > 2 else ():
            yield pool(maps), words
        pooled = F.max_pool2d(images, 2)
        if min(pooled.shape[2:]) + 2 * pad >= kernel_size:
            yield (F.conv2d(pooled, weight, bias, padding=pad).relu(),
                   "The pool stands before the convolution instead of behind it.")


STRIDE = ("There is no pool: every second pixel is taken, as by a convolution of stride 2, instead of the maximum of "
          "each 2x2 window.")
ROUNDED_UP = "The pool rounds a half pixel up; it should round down, as torch's max-pool does by itself."
STRIDE_ONE = "The pool moves by one pixel; its stride should be 2."
WRONG_POOLS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    ROUNDED_UP: lambda maps: F.max_pool2d(maps, 2, ceil_mode=True),
    STRIDE_ONE: lambda maps: F.max_pool2d(maps, 2, stride=1),
    "The pool takes windows of 3x3 instead of 2x2.": lambda maps: F.max_pool2d(maps, 3),
    "The pool takes windows of 3x3 with stride 2 instead of 2x2.": lambda maps: F.max_pool2d(maps, 3, stride=2),
    "The pool is padded, too.": lambda maps: F.max_pool2d(maps, 2, padding=1),
}


def size_hint(found: list[tuple[int, ...]], im_size: tuple[int, int, int], filters: int, kernel_size: int) -> str:
    """Why the registered shapes fit no padding at all.

    Args:
        found: the shapes of the student's parameters.
    """
    channels, height, width = im_size
    kernels = [shape for shape in found if len(shape) == 4]
    if any(shape[0] == kernel_size and shape[2:] == (filters, filters) for shape in kernels):
        return "`hidden_dim` and `kernel_size` are exchanged."
    if any(kernel_size not in shape[2:] for shape in kernels):
        return "The filters have a fixed size: take it from `kernel_size`."
    if len(found) > 4:
        return ""
    sides = [(height + 2 * pad - kernel_size + 1, width + 2 * pad - kernel_size + 1) for pad in range(kernel_size)]
    inputs = {max(shape) for shape in found if len(shape) == 2}
    if inputs & {filters * side ** 2 for side in (14, 15, 16)}:
        return FIXED_IMAGE
    for words, sizes in {
        "The affine layer is as wide as the maps before pooling: the pool halves height and width.":
            {high * wide for high, wide in sides},
        "Height and width are taken to be equal: images need not be square.":
            {(side // 2) ** 2 for pair in sides for side in pair} - {1},
        ROUNDED_UP: {-(-high // 2) * -(-wide // 2) for high, wide in sides},
        STRIDE_ONE: {(high - 1) * (wide - 1) for high, wide in sides},
    }.items():
        if inputs & {filters * size for size in sizes}:
            return words
    if any(shape[1] != channels for shape in kernels):
        return "The filters have a fixed number of channels: take it from `im_size`."
    return ""
