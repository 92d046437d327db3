"""The optimizer, chosen by a small dictionary: part 3, task 3.8."""

import torch
from torch import nn


def get_optimizer(model: nn.Module, config: dict) -> torch.optim.Optimizer:
    """The optimizer that a configuration asks for.

    Args:
        model: its trainable parameters are to be optimised.
        config: `optimizer_type` ("sgd" or "adam"), `lr` (learning rate), `weight_decay`, and optionally
            `momentum`, which only SGD knows (0 when it is left out).
    Returns:
        `torch.optim.SGD` or `torch.optim.Adam` with exactly these settings.
    Raises:
        ValueError: the type is neither of the two.
    """
    ### BEGIN SOLUTION 3.8 get_optimizer
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    settings = {"lr": config["lr"], "weight_decay": config["weight_decay"]}
    if config["optimizer_type"] == "sgd":
        return torch.optim.SGD(parameters, momentum=config.get("momentum", 0.0), **settings)
    if config["optimizer_type"] == "adam":
        return torch.optim.Adam(parameters, **settings)
    raise ValueError(f'optimizer_type is "sgd" or "adam", not {config["optimizer_type"]!r}')
    ### END SOLUTION
