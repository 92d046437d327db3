"""The loss carries no graph.

replaces: dl_utils.py
message: cannot be differentiated
"""

import torch
from torch import nn


def predict_labels(model: nn.Module, x: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return model(x).argmax(dim=1)


def compute_loss(
    model: nn.Module, model_output: torch.Tensor, target_labels: torch.Tensor, is_normalize: bool = True
) -> torch.Tensor:
    loss = model.loss_criterion(model_output.detach(), target_labels)
    return loss / len(target_labels) if is_normalize else loss
