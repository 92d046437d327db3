"""Training any network of this part: given, nothing to write here (part 3, scenes).

import torch
from torch.utils.data import DataLoader, random_split

from data_transforms import get_fundamental_transforms
from image_loader import ImageLoader
from optimizer import get_optimizer
from simple_net import SimpleNet
from trainer import Trainer

transform = get_fundamental_transforms((64, 64), [0.455], [0.253])
pictures = ImageLoader("../data/scenes15", "train", transform)
# Some are kept to validate with: the same ones each time, and none of those of the test.
learned, kept = random_split(pictures, [0.85, 0.15], torch.Generator().manual_seed(0))
model = SimpleNet()
optimizer = get_optimizer(model, {"optimizer_type": "adam", "lr": 1e-3, "weight_decay": 1e-4})
trainer = Trainer(model, optimizer, DataLoader(learned, 32, shuffle=True), DataLoader(kept, 100), "runs/my_experiment")
trainer.resume()          # does nothing the first time
trainer.run(n_epochs=10)  # called again with 20: ten more
trainer.plot_loss(), trainer.plot_accuracy()

Each experiment needs a folder of its own, since `resume` goes on with whatever is there. `pictures.py` and `metrics.py` read only the
runs of `train.py`.
"""

import json
import os
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from matplotlib.figure import Figure
from torch import nn
from torch.utils.data import DataLoader

from confusion_matrix import confusion_matrix
from dl_utils import compute_loss, predict_labels
from image_loader import ImageLoader

HISTORIES = ("train_loss", "validation_loss", "train_accuracy", "validation_accuracy")


def scene_batches(root_dir, split: str, transform, batch_size: int, shuffle: bool = False) -> DataLoader:
    """Batches of one split of a folder of scenes.

    Args:
        root_dir: folder that holds `train` and `test`.
        split: "train" or "test".
        transform: from a PIL image to a tensor.
        batch_size: images a batch.
        shuffle: whether each pass has another order.
    Returns:
        an iterable over (images, labels).
    """
    return DataLoader(ImageLoader(root_dir, split, transform), batch_size=batch_size, shuffle=shuffle)


class Trainer:
    """Train a network, remember loss and accuracy of each epoch, save and resume, draw.

    Attributes:
        epoch: number of finished epochs.
        histories: from "train_loss", "validation_loss" (mean cross-entropy of an image, in nats) and
            "train_accuracy", "validation_accuracy" (in [0, 1]) to a list with one number an epoch. The training
            figures are gathered while the weights move, the validation figures after the epoch.
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        train_batches: Iterable,
        validation_batches: Iterable,
        directory,
        device: str = "cpu",
    ):
        """Take everything a training needs.

        Args:
            model: has a `loss_criterion` that sums.
            optimizer: over the model's parameters.
            train_batches: of (images, labels), gone through once an epoch.
            validation_batches: likewise.
            directory: for the checkpoint and the plots; made when it is missing.
            device: "cpu", "cuda" or "mps".
        """
        self.device = torch.device(device)
        self.model = model.to(self.device)
        self.optimizer = optimizer
        self.train_batches, self.validation_batches = train_batches, validation_batches
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.epoch = 0
        self.histories = {name: [] for name in HISTORIES}

    @property
    def checkpoint(self) -> Path:
        """Where `run` saves after each epoch."""
        return self.directory / "checkpoint.pt"

    @property
    def times(self) -> Path:
        """Where `run` notes the seconds of each epoch, one JSON object a line."""
        return self.directory / "times.jsonl"

    def run(self, n_epochs: int) -> None:
        """Train until `n_epochs` epochs are done in all, those before a resume included.

        Args:
            n_epochs: number of passes over the training images.
        """
        while self.epoch < n_epochs:
            started = time.perf_counter()
            train_loss, train_accuracy = self._train_one_epoch()
            seconds = round(time.perf_counter() - started, 3)
            validation_loss, validation_accuracy = self.evaluate(self.validation_batches)
            self.epoch += 1
            figures = (train_loss, validation_loss, train_accuracy, validation_accuracy)
            for name, figure in zip(HISTORIES, figures):
                self.histories[name].append(figure)
            with self.times.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"epoch": self.epoch, "seconds": seconds}) + "\n")
            self.save()
            print(
                f"epoch {self.epoch}/{n_epochs}  train: loss {train_loss:.3f}, accuracy {train_accuracy:.1%}  "
                f"validation: loss {validation_loss:.3f}, accuracy {validation_accuracy:.1%}"
            )

    def _train_one_epoch(self) -> tuple[float, float]:
        """Go once over the training images.

        Returns:
            (mean loss of an image, accuracy).
        """
        self.model.train()
        tally = Tally()
        for images, labels in self._on_device(self.train_batches):
            scores = self.model(images)
            loss = compute_loss(self.model, scores, labels)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            tally.add(loss.item() * len(labels), scores, labels)
        return tally.means()

    @torch.no_grad()
    def evaluate(self, batches: Iterable) -> tuple[float, float]:
        """Measure the network in eval mode.

        Args:
            batches: of (images, labels).
        Returns:
            (mean loss of an image, accuracy).
        """
        self.model.eval()
        tally = Tally()
        for images, labels in self._on_device(batches):
            scores = self.model(images)
            tally.add(compute_loss(self.model, scores, labels, is_normalize=False).item(), scores, labels)
        return tally.means()

    def confusion(self, batches: Iterable, n_classes: int = 15) -> np.ndarray:
        """Which class is taken for which.

        Args:
            batches: of (images, labels).
            n_classes: number of classes.
        Returns:
            (n_classes, n_classes) float64: share of each true class (row) that was predicted as each class.
        """
        self.model.eval()
        pairs = [(labels, predict_labels(self.model, images)) for images, labels in self._on_device(batches)]
        targets, predictions = (torch.cat(column) for column in zip(*pairs))
        return confusion_matrix(targets, predictions, n_classes, normalize=True)

    def _on_device(self, batches: Iterable):
        for images, labels in batches:
            yield images.to(self.device), torch.as_tensor(labels).to(self.device)

    def save(self) -> None:
        """Write model, optimizer, histories and random state, as `state_dict`s: no code is stored."""
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "epoch": self.epoch,
            "histories": self.histories,
            "random_state": torch.get_rng_state(),
        }
        # Written beside and moved into place, so that an interruption leaves the checkpoint before whole.
        unfinished = self.checkpoint.with_suffix(".part")
        torch.save(state, unfinished)
        os.replace(unfinished, self.checkpoint)

    def resume(self) -> bool:
        """Go on where the last `run` in this directory stopped; on the CPU as if it never had.

        Returns:
            whether there was a checkpoint.
        """
        if not self.checkpoint.exists():
            return False
        state = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.epoch, self.histories = state["epoch"], state["histories"]
        torch.set_rng_state(state["random_state"].cpu())
        return True

    def plot_loss(self) -> Path:
        """Draw the loss of each epoch.

        Returns:
            path of the PNG, `loss.png` in the directory.
        """
        return self._plot("loss", "mean cross-entropy (nats per image)", 1.0)

    def plot_accuracy(self) -> Path:
        """Draw the accuracy of each epoch.

        Returns:
            path of the PNG, `accuracy.png` in the directory.
        """
        return self._plot("accuracy", "accuracy (%)", 100.0)

    def _plot(self, quantity: str, label: str, factor: float) -> Path:
        figure = Figure(figsize=(6, 4), layout="constrained")
        axes = figure.add_subplot()
        for split, label_of_split in (("train", "training"), ("validation", "validation")):
            values = [factor * value for value in self.histories[f"{split}_{quantity}"]]
            axes.plot(range(1, len(values) + 1), values, marker="o", label=label_of_split)
        axes.set_xlabel("epoch (passes over the training images)")
        axes.set_ylabel(label)
        axes.set_title(f"{type(self.model).__name__}: {quantity} in each epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3)
        axes.legend()
        path = self.directory / f"{quantity}.png"
        figure.savefig(path, dpi=120)
        return path


class Tally:
    """Sums of loss, right answers and images."""

    def __init__(self):
        self.loss, self.right, self.images = 0.0, 0, 0

    def add(self, loss_sum: float, scores: torch.Tensor, labels: torch.Tensor) -> None:
        """Count one batch.

        Args:
            loss_sum: loss summed over the batch, in nats.
            scores: (N, n_classes).
            labels: (N,) int64.
        """
        self.loss += loss_sum
        self.right += (scores.argmax(dim=1) == labels).sum().item()
        self.images += len(labels)

    def means(self) -> tuple[float, float]:
        """What an average image gave.

        Returns:
            (loss in nats, accuracy in [0, 1]).
        """
        return self.loss / self.images, self.right / self.images
