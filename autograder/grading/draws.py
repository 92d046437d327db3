"""Where the random values of a run are drawn from; apart from the seeds, since a class run needs those and no torch."""

import torch

from .seeds import derived_seed


def generator(seed: int, *label: object) -> torch.Generator:
    """A CPU generator for one purpose; values are drawn on the CPU so that a GPU sees the same inputs."""
    return torch.Generator().manual_seed(derived_seed(seed, *label))
