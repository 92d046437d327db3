"""A function imports a file that lies beside through a package that is not there.

replaces: dl_utils.py
message: import it without the package in front
"""

import torch
from torch import nn


def predict_labels(model: nn.Module, x: torch.Tensor) -> torch.Tensor:
    from vision.simple_net import SimpleNet  # noqa: F401

    with torch.no_grad():
        return model(x).argmax(dim=1)


def compute_loss(
    model: nn.Module, model_output: torch.Tensor, target_labels: torch.Tensor, is_normalize: bool = True
) -> torch.Tensor:
    loss = model.loss_criterion(model_output, target_labels)
    return loss / len(target_labels) if is_normalize else loss
