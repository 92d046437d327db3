"""The loss is never divided.

replaces: dl_utils.py
message: was not divided
"""

import torch
from torch import nn


def predict_labels(model: nn.Module, x: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return model(x).argmax(dim=1)


def compute_loss(
    model: nn.Module, model_output: torch.Tensor, target_labels: torch.Tensor, is_normalize: bool = True
) -> torch.Tensor:
    return model.loss_criterion(model_output, target_labels)
