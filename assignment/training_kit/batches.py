"""Batches for training, made where the images are: whole batches at once, without Python code for single images."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch.nn import functional

# Mean and standard deviation of ImageNet's training images, with which torchvision's networks were trained.
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
Batch = tuple[torch.Tensor, torch.Tensor]  # images (N, C, H, W) and labels (N,)


@dataclass(frozen=True)
class Preparation:
    """From uint8 images to what a network gets: every channel with mean 0 and standard deviation 1 over the data set.

    Attributes:
        mean, std: (C, 1, 1) float32, in units of the pixels, 0 to 255.
        side_px: height and width to bring the images to; 0 leaves them as they are.
        channels_last: whether the numbers of a pixel lie side by side in memory, which speeds up some convolutions.
    """

    mean: torch.Tensor
    std: torch.Tensor
    side_px: int = 0
    channels_last: bool = False

    @classmethod
    def of(cls, mean, std, device: torch.device) -> "Preparation":
        """The preparation for a data set.

        Args:
            mean, std: (C,) statistics of pixels scaled to [0, 1].
            device: where the images are.
        """
        columns = [torch.as_tensor(np.asarray(values, dtype=np.float32) * 255) for values in (mean, std)]
        return cls(*(column.reshape(-1, 1, 1).to(device) for column in columns))

    def changed(self, **values) -> "Preparation":
        """The same with other values for some attributes.

        Args:
            values: attributes by name.
        """
        return replace(self, **values)

    def __call__(self, images: torch.Tensor) -> torch.Tensor:
        """Images as a network gets them.

        Args:
            images: (N, C, H, W) uint8.
        Returns:
            (N, C, H, W) float32.
        """
        prepared = images.to(torch.float32).sub_(self.mean).div_(self.std)
        if self.side_px:
            prepared = functional.interpolate(
                prepared, size=(self.side_px, self.side_px), mode="bilinear", antialias=False, align_corners=False
            )
        return prepared.contiguous(memory_format=torch.channels_last) if self.channels_last else prepared


@dataclass(frozen=True)
class Augmentation:
    """Random changes that keep the class: every epoch sees other versions of the images.

    Attributes:
        flip: whether to mirror half of the images left to right.
        shift_px: largest shift of an image, in pixels, in both directions. What is pushed out on one side is missing;
            on the other side the image goes on as its own mirror image.
    """

    flip: bool = False
    shift_px: int = 0

    def __bool__(self) -> bool:
        return self.flip or self.shift_px > 0


class TrainingBatches:
    """Going through it once is one epoch: each image once, in random order, in batches of the same size.

    Images that would make up an incomplete last batch wait for another epoch.
    """

    def __init__(
        self,
        images: torch.Tensor,
        labels: torch.Tensor,
        preparation: Preparation,
        augmentation: Augmentation,
        batch_size: int,
        seed: int,
    ):
        """Take everything that batches are made of.

        Args:
            images: (N, C, H, W) uint8, on the device.
            labels: (N,) int64, on the device.
            preparation: applied last.
            augmentation: applied before it.
            batch_size: images a batch.
            seed: of the order, the flips and the shifts.
        """
        self.images, self.labels = images, labels
        self.preparation, self.augmentation = preparation, augmentation
        self.batch_size = min(batch_size, len(labels))
        # On the processor: the same seed gives the same batches on any device.
        self.generator = torch.Generator().manual_seed(seed)

    def __len__(self) -> int:
        """Number of batches an epoch."""
        return len(self.labels) // self.batch_size

    def __iter__(self) -> Iterator[Batch]:
        # With several threads PyTorch uses all of the processor already; a GPU works beside it anyway.
        is_one_core_free = self.images.device.type == "cpu" and torch.get_num_threads() == 1 < (os.cpu_count() or 1)
        return one_ahead(self._batches()) if is_one_core_free else self._batches()

    def _batches(self) -> Iterator[Batch]:
        n, device = len(self.labels), self.images.device
        order = torch.randperm(n, generator=self.generator).to(device)
        if not self.augmentation:
            for chosen in order.split(self.batch_size)[: len(self)]:
                yield self.preparation(self.images.index_select(0, chosen)), self.labels[chosen]
            return
        sources = self._random_sources(n, device)
        for start in range(0, len(self) * self.batch_size, self.batch_size):
            part = slice(start, start + self.batch_size)
            rows, columns = (source[part] for source in sources)
            yield self.preparation(self._moved(order[part], rows, columns)), self.labels[order[part]]

    def _random_sources(self, n: int, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
        """From which row and column of its image each row and column of a changed image comes: (N, H) and (N, W)."""
        height, width = self.images.shape[2:]
        reach = self.augmentation.shift_px
        shifts = torch.randint(-reach, reach + 1, (2, n, 1), generator=self.generator).to(device)
        rows = mirrored(torch.arange(height, device=device) + shifts[0], height)
        columns = mirrored(torch.arange(width, device=device) + shifts[1], width)
        if self.augmentation.flip:
            flips = torch.rand(n, 1, generator=self.generator).to(device) < 0.5
            columns = torch.where(flips, width - 1 - columns, columns)
        return rows, columns

    def _moved(self, chosen: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
        """The changed images (N, C, H, W): first whole rows are fetched, which is fast, then pixels within each."""
        n_channels, height, width = self.images.shape[1:]
        channels = torch.arange(n_channels, device=chosen.device)
        numbers = (chosen[:, None, None] * n_channels + channels[:, None]) * height + rows[:, None, :]
        lines = self.images.view(-1, width).index_select(0, numbers.flatten())
        lines = lines.view(len(chosen), n_channels, height, width)
        return lines.gather(3, columns[:, None, None, :].expand_as(lines))


def one_ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The same batches, each made by another thread while the one before is learned from.

    Args:
        batches: made one after the other, as before: they do not depend on the time that anything takes.
    """
    with ThreadPoolExecutor(1, "next-batch") as maker:
        following = maker.submit(next, batches, None)
        while (batch := following.result()) is not None:
            following = maker.submit(next, batches, None)
            yield batch


def mirrored(positions: torch.Tensor, length: int) -> torch.Tensor:
    """Positions beyond an end, brought back as by a mirror at the outermost pixel: -2 becomes 2.

    Args:
        positions: integers from 1 - length to 2 * length - 2.
        length: number of positions, 0 to length - 1.
    """
    positions = positions.abs()
    return (length - 1) - ((length - 1) - positions).abs()
