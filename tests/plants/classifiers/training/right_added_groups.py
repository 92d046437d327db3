"""An optimizer that gets its parameters one by one.

replaces: training.py
"""
import torch
import torch.nn.functional as F


def make_optimizer(model, lr, momentum, weight_decay):
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(trainable[:1], lr=lr, momentum=momentum, weight_decay=weight_decay)
    for parameter in trainable[1:]:
        optimizer.add_param_group({"params": [parameter]})
    return optimizer


def train_step(model, images, targets, optimizer):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), targets)
    loss.backward()
    optimizer.step()
    return loss.item()
