"""The loss has the wrong sign.

replaces: training.py
message: up the gradient instead of down
"""
import torch
import torch.nn.functional as F


def make_optimizer(model, lr, momentum, weight_decay):
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return torch.optim.SGD(trainable, lr=lr, momentum=momentum, weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), targets)
    (-loss).backward()
    optimizer.step()
    return loss.item()
