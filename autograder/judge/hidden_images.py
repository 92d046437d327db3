"""The images on which a handed-in checkpoint is measured: drawn afresh for every run, labels stay in the grading process."""
from dataclasses import dataclass
from functools import lru_cache

import torch

from ..grading.seeds import derived_seed


@dataclass(frozen=True)
class Checkpoint:
    """How the model of a checkpoint is built, and what it must reach on how many images."""

    hidden_dim: int
    kernel_size: int
    accuracy: float
    n_images: int


# The defaults of `python train.py --model mymodel`, with which the handout tells students to train.
CHECKPOINT = Checkpoint(hidden_dim=32, kernel_size=3, accuracy=0.6, n_images=500)


@lru_cache(maxsize=2)
def hidden_images(seed: int, device: str) -> tuple[torch.Tensor, torch.Tensor, int]:
    """Synthetic images as (N, 3, 32, 32) uint8, their classes (N,), and the number of classes."""
    from data_scripts import synthetic
    images, labels = synthetic.draw(CHECKPOINT.n_images, derived_seed(seed, "checkpoint images") % (1 << 32))
    return torch.from_numpy(images), torch.from_numpy(labels), len(synthetic.CLASS_NAMES)
