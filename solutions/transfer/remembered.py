"""What a frozen trunk makes of the training images, computed once: given, nothing to write here (part 4, transfer).

A frozen trunk is a fixed function of the image, so an epoch need not compute it again: `train.py --remember` does it before the first
epoch, for the images as they are and for their mirror images, and every epoch then trains the head alone.
"""

from collections.abc import Iterator

import torch
from torch import nn
from training_kit.batches import Augmentation, Batch, TrainingBatches
from training_kit.evaluation import BATCH_SIZE


class RememberedBatches(TrainingBatches):
    """The batches of an epoch, with what the trunk makes of each image in its place."""

    @torch.no_grad()
    def __init__(self, batches: TrainingBatches, trunk: nn.Module, bfloat16: bool = False):
        """Compute it.

        Args:
            batches: of images; shifts are left out, since there are too many of them to remember.
            trunk: frozen.
            bfloat16: whether it multiplies in bfloat16, and half the memory is enough.
        """
        flip = batches.augmentation.flip
        super().__init__(batches.images, batches.labels, batches.preparation, Augmentation(flip), batches.batch_size, 0)
        self.generator = batches.generator
        trunk.eval()
        with torch.autocast(self.images.device.type, torch.bfloat16, enabled=bfloat16, cache_enabled=False):
            self.outputs = [self._outputs(trunk, mirrored) for mirrored in (False, True)[: 1 + flip]]

    def _outputs(self, trunk: nn.Module, mirrored: bool) -> torch.Tensor:
        """(N, ...) what the trunk gives."""
        parts = self.images.split(BATCH_SIZE)
        return torch.cat([trunk(self.preparation(part.flip(3) if mirrored else part)) for part in parts])

    def _batches(self) -> Iterator[Batch]:
        n, device = len(self.labels), self.labels.device
        order = torch.randperm(n, generator=self.generator).to(device)
        rows = order
        if len(self.outputs) > 1:  # below the images as they are lie their mirror images
            rows = order + n * torch.randint(2, (n,), generator=self.generator).to(device)
        for start in range(0, len(self) * self.batch_size, self.batch_size):
            part = slice(start, start + self.batch_size)
            yield self._remembered(rows[part]), self.labels[order[part]]

    def _remembered(self, rows: torch.Tensor) -> torch.Tensor:
        """What the trunk gave for some rows of both tensors together."""
        n, values = len(self.labels), self.outputs[0][rows % len(self.labels)]
        mirrored = rows >= n
        if mirrored.any():
            values[mirrored] = self.outputs[1][rows[mirrored] - n]
        return values
