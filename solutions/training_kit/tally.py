"""Loss and accuracy of the batches while a network trains, without computing anything twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.nn import functional


class Tally:
    """Looks at the scores that a training step computes anyway, through a hook of the network.

    Attributes:
        losses: of each batch, as the training step returned them.
        cross_entropies: mean cross-entropy of each batch with its labels, whatever the network learns from; it can be
            compared with that of other images. 0-dim tensors, like the next, so that nothing waits for a GPU.
        right: how many images of each batch were classified rightly.
    """

    def __init__(self) -> None:
        self.losses: list[float] = []
        self.right: list[torch.Tensor] = []
        self.cross_entropies: list[torch.Tensor] = []
        self._labels: torch.Tensor | None = None

    @contextmanager
    def watching(self, model: nn.Module) -> Iterator[None]:
        """Count while the block runs.

        Args:
            model: the network that trains.
        """
        hook = model.register_forward_hook(self._see)
        try:
            yield
        finally:
            hook.remove()

    def expect(self, labels: torch.Tensor) -> None:
        """Announce the next batch.

        Args:
            labels: (N,) its true classes.
        """
        self._labels = labels

    def means(self, start: int, stop: int, batch_size: int) -> dict[str, float | None]:
        """Mean loss, accuracy and cross-entropy of some batches; None for what was not seen.

        Args:
            start, stop: the batches, from 0.
            batch_size: images a batch.
        """
        losses, right = self.losses[start:stop], self.right[start:stop]
        # A step that does not call the network as `model(images)` is not seen.
        seen = len(self.right) == len(self.losses) > 0
        accuracy = torch.stack(right).sum().item() / (len(right) * batch_size) if seen else None
        cross_entropy = torch.stack(self.cross_entropies[start:stop]).mean().item() if seen else None
        return {"loss": sum(losses) / len(losses), "accuracy": accuracy, "cross_entropy": cross_entropy}

    def _see(self, model: nn.Module, inputs: Any, scores: Any) -> None:
        labels, self._labels = self._labels, None  # only the first call of a step counts
        if labels is not None and isinstance(scores, torch.Tensor) and scores.shape[:-1] == labels.shape:
            scores = scores.detach()
            self.right.append(scores.argmax(dim=1).eq(labels).sum())
            self.cross_entropies.append(functional.cross_entropy(scores.float(), labels))
