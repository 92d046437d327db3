"""The optimizer holds copies of the parameters.

replaces: training.py
message: Pass the parameter objects themselves
"""
import torch
import torch.nn.functional as F


def make_optimizer(model, lr, momentum, weight_decay):
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    copies = [parameter.detach().clone().requires_grad_() for parameter in trainable]
    return torch.optim.SGD(copies, lr=lr, momentum=momentum, weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), targets)
    loss.backward()
    optimizer.step()
    return loss.item()
