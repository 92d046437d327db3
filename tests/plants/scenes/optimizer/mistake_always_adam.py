"""Every type gives Adam.

replaces: optimizer.py
message: sgd
"""

import torch
from torch import nn


def get_optimizer(model: nn.Module, config: dict) -> torch.optim.Optimizer:
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    settings = {"lr": config["lr"], "weight_decay": config["weight_decay"]}
    return torch.optim.Adam(parameters, **settings)
