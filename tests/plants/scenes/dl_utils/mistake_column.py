"""predict_labels gives a column of shape (N, 1).

replaces: dl_utils.py
message: a column of shape
"""

import torch
from torch import nn


def predict_labels(model: nn.Module, x: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return model(x).argmax(dim=1, keepdim=True)


def compute_loss(
    model: nn.Module, model_output: torch.Tensor, target_labels: torch.Tensor, is_normalize: bool = True
) -> torch.Tensor:
    loss = model.loss_criterion(model_output, target_labels)
    return loss / len(target_labels) if is_normalize else loss
