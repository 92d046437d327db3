"""The step calls a closure.

replaces: training.py
"""
import torch
import torch.nn.functional as F


def make_optimizer(model, lr, momentum, weight_decay):
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return torch.optim.SGD(trainable, lr=lr, momentum=momentum, weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    def closure():
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), targets)
        loss.backward()
        return loss

    return optimizer.step(closure).item()
