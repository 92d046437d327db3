"""A data set for training: all images as one uint8 tensor on the device, divided into training and validation images.

The test images stay on the disk until `test()` is called, once, at the very end.
"""

from dataclasses import dataclass

import torch
from data_scripts import Dataset

from training_kit.batches import Preparation
from training_kit.errors import RunError

# The same images validate every run, whatever its own seed is: runs can then be compared.
SPLIT_SEED = 0


@dataclass(frozen=True)
class Split:
    """Labelled images.

    Attributes:
        images: (N, C, H, W) uint8.
        labels: (N,) int64, on the same device.
    """

    images: torch.Tensor
    labels: torch.Tensor

    def __len__(self) -> int:
        return len(self.labels)


class Splits:
    """The three splits of a data set.

    Attributes:
        train: images to learn from.
        validation: images to choose settings and the best epoch by; taken from the publisher's training images.
        class_names: the name of each label.
        im_size: (C, H, W) of an image.
        preparation: turns uint8 images into what a network gets.
    """

    def __init__(self, dataset: Dataset, device: torch.device, validation: float = 0.1, most_images: int = 0):
        """Bring the training images to the device.

        Args:
            dataset: as `data_scripts.load` gives it.
            device: where to train.
            validation: share of the training images that is kept for validation, from 0 to 0.5.
            most_images: how many training images to use, validation included; 0 for all.
        Raises:
            RunError: the share is out of range.
        """
        if not 0 <= validation <= 0.5:
            raise RunError(f"--validation is a share from 0 to 0.5, not {validation}.")
        self._dataset, self._device = dataset, device
        order = torch.randperm(len(dataset.train_labels), generator=torch.Generator().manual_seed(SPLIT_SEED))
        order = order[: most_images or None]
        n_validation = round(validation * len(order))
        self.train = self._chosen(order[n_validation:].sort().values)
        self.validation = self._chosen(order[:n_validation].sort().values)
        self.class_names = dataset.class_names
        self.im_size: tuple[int, int, int] = tuple(dataset.train_images.shape[1:])
        self.preparation = Preparation.of(dataset.mean, dataset.std, device)

    @property
    def n_classes(self) -> int:
        """How many classes there are."""
        return len(self.class_names)

    def test(self) -> Split:
        """The test images. They are for the last figure of a run and for nothing that leads to it."""
        images, labels = torch.from_numpy(self._dataset.test_images), torch.from_numpy(self._dataset.test_labels)
        return Split(images.to(self._device), labels.to(self._device))

    def _chosen(self, indices: torch.Tensor) -> Split:
        images, labels = torch.from_numpy(self._dataset.train_images), torch.from_numpy(self._dataset.train_labels)
        return Split(images[indices].to(self._device), labels[indices].to(self._device))
