"""momentum is read from every config.

replaces: optimizer.py
message: momentum is optional
"""

import torch
from torch import nn


def get_optimizer(model: nn.Module, config: dict) -> torch.optim.Optimizer:
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    momentum = config["momentum"]
    settings = {"lr": config["lr"], "weight_decay": config["weight_decay"]}
    if config["optimizer_type"] == "sgd":
        return torch.optim.SGD(parameters, momentum=momentum, **settings)
    if config["optimizer_type"] == "adam":
        return torch.optim.Adam(parameters, **settings)
    raise ValueError(f'optimizer_type is "sgd" or "adam", not {config["optimizer_type"]!r}')
