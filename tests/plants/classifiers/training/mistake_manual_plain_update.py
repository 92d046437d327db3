"""Parameters are moved by hand with the optimizer's rate; momentum is lost.

replaces: training.py
message: Neither momentum nor weight decay has any effect
"""
import torch
import torch.nn.functional as F


def make_optimizer(model, lr, momentum, weight_decay):
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return torch.optim.SGD(trainable, lr=lr, momentum=momentum, weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), targets)
    loss.backward()
    with torch.no_grad():
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                parameter -= group["lr"] * parameter.grad
    return loss.item()
