"""Weights and biases in groups of their own with the same settings.

replaces: training.py
"""
import torch
import torch.nn.functional as F


def make_optimizer(model, lr, momentum, weight_decay):
    named = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
    weights = [parameter for name, parameter in named if name.endswith("weight")]
    others = [parameter for name, parameter in named if not name.endswith("weight")]
    settings = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay}
    return torch.optim.SGD([{"params": weights, **settings}, {"params": others, **settings}])


def train_step(model, images, targets, optimizer):
    optimizer.zero_grad(set_to_none=False)
    loss = F.cross_entropy(model(images), targets)
    loss.backward()
    optimizer.step()
    return loss.item()
