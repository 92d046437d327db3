"""predict_labels takes the largest over the batch.

replaces: dl_utils.py
message: over the batch
"""

import torch
from torch import nn


def predict_labels(model: nn.Module, x: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return model(x).argmax(dim=0)


def compute_loss(
    model: nn.Module, model_output: torch.Tensor, target_labels: torch.Tensor, is_normalize: bool = True
) -> torch.Tensor:
    loss = model.loss_criterion(model_output, target_labels)
    return loss / len(target_labels) if is_normalize else loss
