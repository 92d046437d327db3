"""Pools that are often taken for the 2x2 max-pool with stride 2, and what can be said of a network that has one."""

from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F

Pool = Callable[[torch.Tensor], torch.Tensor]

STRIDE = (
    "There is no pool: every second pixel is taken, as by a convolution of stride 2, instead of the maximum of each 2x2 window."
)
ROUNDED_UP = "The pool rounds a half pixel up; it should round down, as torch's max-pool does by itself."
NO_POOL = "There is no pool between the convolution and the affine layer."
STRIDE_ONE = "The pool moves by one pixel; its stride should be 2."
WRONG_POOLS: dict[str, Pool] = {
    ROUNDED_UP: lambda maps: F.max_pool2d(maps, 2, ceil_mode=True),
    STRIDE_ONE: lambda maps: F.max_pool2d(maps, 2, stride=1),
    "The pool takes windows of 3x3 instead of 2x2.": lambda maps: F.max_pool2d(maps, 3),
    "The pool takes windows of 3x3 with stride 2 instead of 2x2.": lambda maps: F.max_pool2d(maps, 3, stride=2),
    "The pool takes windows of 3x3 with stride 1 instead of 2x2 with stride 2.": lambda maps: F.max_pool2d(maps, 3, stride=1),
    "There are two pools, or one with windows of 4x4; one of 2x2 was asked for.": lambda maps: F.max_pool2d(maps, 4),
    "The pool is padded, too.": lambda maps: F.max_pool2d(maps, 2, padding=1),
    "The pool is dilated; its windows should be 2x2 neighbours.": lambda maps: F.max_pool2d(maps, 2, dilation=2),
    "The pool takes the average, and moves by one pixel; take the maximum with stride 2.": lambda maps: F.avg_pool2d(
        maps, 2, stride=1
    ),
    "The pool takes the maximum of the whole map instead of 2x2 windows.": lambda maps: F.adaptive_max_pool2d(maps, 1),
    "The pool takes the average of the whole map instead of the maximum of 2x2 windows.": lambda maps: F.adaptive_avg_pool2d(
        maps, 1
    ),
    "The convolution moves by two pixels (stride 2) in front of the pool; its stride should be 1.": lambda maps: F.max_pool2d(
        maps[:, :, ::2, ::2], 2
    ),
    STRIDE: lambda maps: maps[:, :, ::2, ::2],
    NO_POOL: lambda maps: maps,
}


def wrong_pools(kernel_size: int) -> Iterator[tuple[str, Pool]]:
    """Every pool that is often taken instead, with words for it; some go by the size of the filters or have a fixed output."""
    yield from WRONG_POOLS.items()
    wide = "The pool is as wide as the filters, `kernel_size`, instead of 2x2"
    for stride, words in ((kernel_size, wide + "."), (1, f"{wide}, and moves by one pixel."), (2, f"{wide} (with stride 2).")):
        yield words, lambda maps, stride=stride: F.max_pool2d(maps, kernel_size, stride=stride)
    for side in range(2, 9):
        for pool, what in ((F.adaptive_max_pool2d, "maxima"), (F.adaptive_avg_pool2d, "averages")):
            yield (
                f"An adaptive pool makes {side}x{side} {what} of every map, however large it is; pool windows of 2x2.",
                lambda maps, pool=pool, side=side: pool(maps, side),
            )


def pooled(pool: Pool, maps: torch.Tensor) -> torch.Tensor | None:
    """What a pool makes of maps, None where they are too small for it."""
    try:
        return pool(maps)
    except RuntimeError:
        return None
