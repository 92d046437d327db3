"""What a network makes of images that it does not learn from."""

from typing import NamedTuple

import torch
from torch import nn
from torch.nn import functional

from training_kit.batches import Preparation
from training_kit.splits import Split

BATCH_SIZE = 500


class Measurement(NamedTuple):
    """Mean cross-entropy of an image, in nats, and the share of right predictions, in [0, 1]."""

    loss: float
    accuracy: float


@torch.no_grad()
def class_scores(model: nn.Module, images: torch.Tensor, preparation: Preparation) -> torch.Tensor:
    """Scores of many images, in eval mode and in batches.

    Args:
        model: any classifier; it is left in eval mode.
        images: (N, C, H, W) uint8, on the model's device.
        preparation: as in training.
    Returns:
        (N, n_classes) float32 on the same device.
    """
    model.eval()
    return torch.cat([model(preparation(part)).float() for part in images.split(BATCH_SIZE)])


def measure(model: nn.Module, split: Split, preparation: Preparation) -> Measurement:
    """Loss and accuracy.

    Args:
        model: any classifier; it is left in eval mode.
        split: images and labels.
        preparation: as in training.
    """
    scores = class_scores(model, split.images, preparation)
    right = scores.argmax(dim=1).eq(split.labels)
    return Measurement(functional.cross_entropy(scores, split.labels).item(), right.float().mean().item())
