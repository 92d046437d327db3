"""Returns a number and does nothing.

replaces: training.py
message: The parameters did not change
nothing works: a step that does nothing, and an optimizer of another kind and without the settings
"""
import torch


def make_optimizer(model, lr, momentum, weight_decay):
    return torch.optim.SGD(model.parameters(), lr=0.1)


def train_step(model, images, targets, optimizer):
    return 0.0
