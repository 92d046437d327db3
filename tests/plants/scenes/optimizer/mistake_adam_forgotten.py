"""Nothing comes back for Adam.

replaces: optimizer.py
message: returned None
"""

import torch
from torch import nn


def get_optimizer(model: nn.Module, config: dict) -> torch.optim.Optimizer:
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    settings = {"lr": config["lr"], "weight_decay": config["weight_decay"]}
    if config["optimizer_type"] == "sgd":
        return torch.optim.SGD(parameters, momentum=config.get("momentum", 0.0), **settings)
    if config["optimizer_type"] == "adam":
        torch.optim.Adam(parameters, **settings)
        return None
    raise ValueError(f'optimizer_type is "sgd" or "adam", not {config["optimizer_type"]!r}')
