"""One parameter group a parameter, momentum added when it is there.

replaces: optimizer.py
"""

import torch


def get_optimizer(model, config):
    groups = [{"params": [p], "weight_decay": config["weight_decay"]} for p in model.parameters() if p.requires_grad]
    if config["optimizer_type"] == "adam":
        return torch.optim.Adam(groups, lr=config["lr"])
    elif config["optimizer_type"] == "sgd":
        optimizer = torch.optim.SGD(groups, lr=config["lr"])
        if "momentum" in config:
            for group in optimizer.param_groups:
                group["momentum"] = config["momentum"]
        return optimizer
    else:
        raise ValueError(config["optimizer_type"])
