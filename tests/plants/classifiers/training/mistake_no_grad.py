"""The forward pass runs without gradients.

replaces: training.py
message: does not require grad
nothing works: train_step stops before it has done anything, and all but the optimizer is about it
"""
import torch
import torch.nn.functional as F


def make_optimizer(model, lr, momentum, weight_decay):
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return torch.optim.SGD(trainable, lr=lr, momentum=momentum, weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    optimizer.zero_grad()
    with torch.no_grad():
        scores = model(images)
    loss = F.cross_entropy(scores, targets)
    loss.backward()
    optimizer.step()
    return loss.item()
