"""Branches for each type; frozen parameters are filtered.

replaces: optimizer.py
"""

import torch
from torch.optim import SGD, Adam


def get_optimizer(model: torch.nn.Module, config: dict) -> torch.optim.Optimizer:
    kind, lr, decay = (config[key] for key in ("optimizer_type", "lr", "weight_decay"))
    trainable = filter(lambda parameter: parameter.requires_grad, model.parameters())
    if kind == "sgd" and "momentum" in config:
        return SGD(trainable, lr, momentum=config["momentum"], weight_decay=decay)
    if kind == "sgd":
        return SGD(trainable, lr, weight_decay=decay)
    if kind == "adam":
        return Adam(trainable, lr, (0.9, 0.999), 1e-8, decay)
    raise ValueError("optimizer_type must be sgd or adam")
