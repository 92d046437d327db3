"""The one-convolution network with every zero padding that the handout allows."""
from typing import Callable

import torch
import torch.nn.functional as F
from torch import nn

from .twins import with_drawn_weights


def paddings(im_size: tuple[int, int, int], kernel_size: int) -> list[int]:
    """Symmetric zero paddings that keep the convolution's output at least 2x2, the usual one first."""
    _, height, width = im_size
    usual = kernel_size // 2
    allowed = [p for p in range(kernel_size + 1) if min(height, width) + 2 * p - kernel_size + 1 >= 2]
    return sorted(allowed, key=lambda padding: (padding != usual, padding))


def padded_twin(network: Callable[..., nn.Module], sizes: tuple, padding: int, draw: Callable[..., torch.Tensor]) -> nn.Module:
    """The reference network with another padding, its affine layer as wide as that needs, and drawn weights."""
    (_, height, width), filters, kernel_size, n_classes = sizes
    twin = network(*sizes)
    twin.conv.padding = (padding, padding)
    inputs = filters * ((height + 2 * padding - kernel_size + 1) // 2) * ((width + 2 * padding - kernel_size + 1) // 2)
    twin.affine = nn.Linear(inputs, n_classes)
    return with_drawn_weights(twin, draw)


def features(twin: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """What enters the affine layer: (N, D)."""
    return F.max_pool2d(twin.conv(images).relu(), 2).flatten(1)
