"""A run read back from its folder: settings, log, and the network that was best on the validation images."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from training_kit.errors import RunError
from training_kit.evaluation import class_scores
from training_kit.run_folder import RunFolder
from training_kit.session import load_splits
from training_kit.splits import Split, Splits

BuildModel = Callable[[argparse.Namespace, Splits], nn.Module]


class FinishedRun:
    """What pictures are drawn from.

    Attributes:
        name: of its folder.
        path: its folder.
        settings: with which it was trained.
        splits: its data set, on the processor.
        model: its best network, in eval mode, on the processor.
    """

    def __init__(self, path: str | Path, build_model: BuildModel, root: str | Path | None = None):
        """Read the run.

        Args:
            path: its folder.
            build_model: from settings and splits to an untrained network, as in the part's `train.py`.
            root: folder of the data sets; None for the one of the training.
        Raises:
            RunError: there is no such run, or no such data set.
        """
        self.folder = RunFolder(path)
        self.path, self.name = self.folder.path, self.folder.path.name
        self.settings = argparse.Namespace(**self.folder.settings())
        self.settings.root = str(root or self.settings.root)
        self.splits = load_splits(self.settings, torch.device("cpu"))
        self.model = build_model(self.settings, self.splits)
        with torch.no_grad():  # layers that find out their size
            self.model.eval()(self.splits.preparation(self.splits.train.images[:2]))
        self.folder.load_best(self.model)

    def lines(self) -> list[dict[str, Any]]:
        """The log of the run."""
        return self.folder.lines()

    def split(self, name: str) -> Split:
        """Labelled images.

        Args:
            name: `train`, `validation` or `test`.
        Raises:
            RunError: the run has no such images.
        """
        split = self.splits.test() if name == "test" else getattr(self.splits, name)
        if not len(split):
            raise RunError(f"{self.name} was trained without validation images; take the test images: --split test.")
        return split

    def images(self, name: str) -> torch.Tensor:
        """Images as people see them.

        Args:
            name: `train`, `validation` or `test`.
        Returns:
            (N, C, H, W) uint8.
        """
        return self.split(name).images

    @property
    def im_size(self) -> tuple[int, int, int]:
        """(C, H, W) of the images."""
        return self.splits.im_size

    @property
    def class_names(self) -> tuple[str, ...]:
        """The name of each label."""
        return self.splits.class_names

    def scores(self, name: str, most: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
        """What the network says of labelled images.

        Args:
            name: `train`, `validation` or `test`.
            most: how many images, spread over all of them; 0 for all.
        Returns:
            scores (N, K) and labels (N,).
        """
        split = self.split(name)
        chosen = torch.arange(0, len(split), -(-len(split) // most) if most else 1)
        return class_scores(self.model, split.images[chosen], self.splits.preparation), split.labels[chosen]

    def inputs(self, n: int) -> torch.Tensor:
        """Images as the network gets them.

        Args:
            n: at most so many, of the validation images.
        """
        return self.splits.preparation(self.split("validation").images[:n])

    def training_s(self) -> float | None:
        """Seconds spent on training; None where they were not noted."""
        return self.folder.training_s()

    def title(self) -> str:
        """Name and data set, for the top of a picture."""
        return f"{self.name} on {self.settings.dataset}{self.folder.unfinished()}"
