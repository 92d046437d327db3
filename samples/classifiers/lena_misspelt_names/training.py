import torch
import torch.nn as nn


def make_optimizer(model, lr, momentum, weight_decay):
    return torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=lr, momentum=momentum, weight_decay=weight_decay)


def trainstep(model, x, y, optimizer):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()
