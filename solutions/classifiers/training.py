"""Task 1.5: the optimizer, and one step of training."""

import torch
import torch.nn.functional as F
from torch import nn


def make_optimizer(model: nn.Module, lr: float, momentum: float, weight_decay: float) -> torch.optim.Optimizer:
    """Stochastic gradient descent over those parameters of the model that are to be trained.

    Args:
        model: a model; parameters that do not require gradients are frozen and stay out of the optimizer.
        lr: learning rate.
        momentum: momentum of the updates, 0 for none.
        weight_decay: L2 penalty on the parameters, 0 for none.
    Source: handout, section 1.5; the documentation of `torch.optim.SGD`.
    """
    ### BEGIN SOLUTION 1.5 make_optimizer
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return torch.optim.SGD(trainable, lr=lr, momentum=momentum, weight_decay=weight_decay)
    ### END SOLUTION


def train_step(model: nn.Module, images: torch.Tensor, targets: torch.Tensor, optimizer: torch.optim.Optimizer) -> float:
    """One update of the model on one batch.

    The model's mode (`train` or `eval`) is the caller's business and stays as it is.

    Args:
        model: gives raw class scores.
        images: (N, C, H, W).
        targets: (N,) int64, the right class of each image.
        optimizer: holds the model's trainable parameters.
    Returns: the mean cross-entropy of the batch before the update, as a Python float.
    Source: handout, section 1.5.
    """
    ### BEGIN SOLUTION 1.5 train_step
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), targets)
    loss.backward()
    optimizer.step()
    return loss.item()
    ### END SOLUTION
