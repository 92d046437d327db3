"""A run of `train.py` read back from its folder, for the scripts beside it: given, nothing to write here (part 3, scenes)."""

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader

from train import SIDE_PX, new_model, three_loaders
from training_kit.errors import RunError
from training_kit.run_folder import RunFolder

SPLITS = ("train", "validation", "test")


class SceneRun:
    """Its network after the last epoch, and its pictures.

    Attributes:
        path, name: of its folder.
        model: in eval mode, on the processor.
        class_names: by number.
        im_size: (1, H, W) of what the network gets.
    """

    def __init__(self, path: Path, data: str | None = None):
        """Read the run.

        Args:
            path: its folder.
            data: folder that holds train and test; None for the one of the training.
        Raises:
            RunError: there is no such run, or its pictures are somewhere else.
        """
        self.path, self.name = path, path.name
        settings, checkpoint = RunFolder(path).settings(), path / "checkpoint.pt"
        options = argparse.Namespace(
            data=Path(data or settings["data"]),
            model=settings["model"],
            pretrained=False,
            augment=False,
            validation=float(settings["validation"]),
            batch_size=100,
        )
        if not (options.data / "train").is_dir():
            raise RunError(f"{options.data} has no folder train; say with --root where the pictures of {path} are.")
        if not checkpoint.is_file():
            raise RunError(f"{path} has no checkpoint.pt; train first.")
        self.model = new_model(options)
        try:
            state = torch.load(checkpoint, map_location="cpu", weights_only=True)
            self.model.load_state_dict(state["model"])
        except Exception:  # a damaged file can make the unpickler raise anything
            raise RunError(f"{checkpoint} is damaged, or of another {options.model}; train again.") from None
        self.model.eval()
        self._loaders = dict(zip(SPLITS, three_loaders(options)))
        numbers = self._loaders["test"].dataset.class_dict
        self.class_names = tuple(sorted(numbers, key=numbers.get))
        side = SIDE_PX[options.model]
        self.im_size = (next(weight.shape[1] for weight in self.model.parameters() if weight.ndim == 4), side, side)
        augmented = " with augmentation" if settings.get("augment") == "True" else ""
        kind = f"{type(self.model).__name__}{augmented} on {options.data.name}"
        done, wanted = state["epoch"], settings.get("epochs", 0)
        unfinished = f" (unfinished: {done} of {wanted} epochs)" if done < wanted else ""
        self._title = (kind if self.name.removesuffix("_made_up") == options.model else f"{self.name}: {kind}") + unfinished

    def title(self) -> str:
        """What was trained, on which pictures, and the run's name where it says more than the network's."""
        return self._title

    def images(self, split: str) -> torch.Tensor:
        """Pictures as people see them, made as small as the network gets them.

        Args:
            split: `train`, `validation` or `test`.
        Returns:
            (N, 1, H, W) uint8.
        """
        dataset = self._loaders[split].dataset
        everything = getattr(dataset, "dataset", dataset)
        paths = [everything.samples[number][0] for number in getattr(dataset, "indices", range(len(dataset)))]
        pictures = [np.asarray(Image.open(path).convert("L").resize(self.im_size[:0:-1])) for path in paths]
        return torch.from_numpy(np.stack(pictures)).unsqueeze(1)

    @torch.no_grad()
    def scores(self, split: str, most: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
        """What the network says of labelled pictures.

        Args:
            split: `train`, `validation` or `test`.
            most: how many pictures, spread over all of them; 0 for all.
        Returns:
            scores (N, 15) and labels (N,).
        """
        pairs = [(self.model(images), torch.as_tensor(labels)) for images, labels in self._batches(split, most)]
        scores, labels = zip(*pairs)
        return torch.cat(scores), torch.cat(labels)

    def inputs(self, n: int) -> torch.Tensor:
        """Pictures as the network gets them.

        Args:
            n: at most so many, of the validation pictures.
        """
        return next(iter(self._batches("validation", n)))[0][:n]

    def training_s(self) -> float | None:
        """Seconds spent on training; None where they were not noted."""
        return RunFolder(self.path).training_s()

    def _batches(self, split: str, most: int) -> DataLoader:
        dataset = self._loaders[split].dataset
        chosen = range(0, len(dataset), -(-len(dataset) // most) if most else 1)
        return DataLoader(torch.utils.data.Subset(dataset, chosen), 100)
