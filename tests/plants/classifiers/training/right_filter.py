"""filter and positional arguments, gradients cleared after the step, a loss layer.

replaces: training.py
"""
import torch
from torch import nn


def make_optimizer(model, lr, momentum, weight_decay):
    trainable = filter(lambda p: p.requires_grad, model.parameters())
    return torch.optim.SGD(trainable, lr, momentum, weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    loss = nn.CrossEntropyLoss()(model(images), targets)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return float(loss)
