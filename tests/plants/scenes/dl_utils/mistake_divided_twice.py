"""The mean over the batch is divided by the batch size once more.

replaces: dl_utils.py
message: divided twice
"""

import torch
import torch.nn.functional as F
from torch import nn


def predict_labels(model: nn.Module, x: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return model(x).argmax(dim=1)


def compute_loss(
    model: nn.Module, model_output: torch.Tensor, target_labels: torch.Tensor, is_normalize: bool = True
) -> torch.Tensor:
    loss = F.cross_entropy(model_output, target_labels)
    return loss / len(target_labels) if is_normalize else loss * len(target_labels)
