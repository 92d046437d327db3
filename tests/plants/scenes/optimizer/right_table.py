"""A table of classes and a dictionary of settings.

replaces: optimizer.py
"""

from torch import optim

KINDS = {"sgd": optim.SGD, "adam": optim.Adam}


def get_optimizer(model, config):
    settings = dict(config)
    kind = settings.pop("optimizer_type")
    if kind not in KINDS:
        raise ValueError(f"unknown optimizer {kind}")
    if kind == "adam":
        settings.pop("momentum", None)
    return KINDS[kind](model.parameters(), **settings)
