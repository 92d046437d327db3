"""Losses of all calls are added up.

replaces: training.py
message: graph a second time
"""
import torch
import torch.nn.functional as F

total = 0.0


def make_optimizer(model, lr, momentum, weight_decay):
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return torch.optim.SGD(trainable, lr=lr, momentum=momentum, weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    global total
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), targets)
    total = total + loss
    total.backward()
    optimizer.step()
    return loss.item()
