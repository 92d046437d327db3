"""Predictions and loss of any network of this part: part 3, task 3.4."""

import torch
from torch import nn


def predict_labels(model: nn.Module, x: torch.Tensor) -> torch.Tensor:
    """The class each input most likely belongs to.

    The model's mode is the caller's: nothing is put in train or eval mode here.

    Args:
        model: gives (N, n_classes) scores for x.
        x: (N, C, H, W) inputs.
    Returns:
        (N,) int64 class numbers, without a graph.
    """
    # Task 3.4: Predictions and loss, 3 points, about 4 lines. Check it with: pytest checks/test_dl_utils.py
    raise NotImplementedError("Task 3.4: predict_labels is not written yet")


def compute_loss(
    model: nn.Module, model_output: torch.Tensor, target_labels: torch.Tensor, is_normalize: bool = True
) -> torch.Tensor:
    """The loss of a batch by the model's own criterion.

    Every network of this part carries a `loss_criterion` that *sums* over the batch.

    Args:
        model: has the attribute `loss_criterion`.
        model_output: (N, n_classes) scores.
        target_labels: (N,) int64 true classes.
        is_normalize: whether to divide by the batch size, so that batches of different sizes can be compared.
    Returns:
        the loss, a 0-dim tensor that can be differentiated.
    """
    # Task 3.4: Predictions and loss, 3 points, about 4 lines. Check it with: pytest checks/test_dl_utils.py
    raise NotImplementedError("Task 3.4: compute_loss is not written yet")
