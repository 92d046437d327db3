"""The type is compared with its name in capitals.

replaces: optimizer.py
message: with what is the name compared
"""

import torch
from torch import nn


def get_optimizer(model: nn.Module, config: dict) -> torch.optim.Optimizer:
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    settings = {"lr": config["lr"], "weight_decay": config["weight_decay"]}
    if config["optimizer_type"] == "SGD":
        return torch.optim.SGD(parameters, momentum=config.get("momentum", 0.0), **settings)
    if config["optimizer_type"] == "adam":
        return torch.optim.Adam(parameters, **settings)
    raise ValueError(f'optimizer_type is "sgd" or "adam", not {config["optimizer_type"]!r}')
