"""Returns the sum of the losses of all calls.

replaces: training.py
message: The losses of all steps are added up
"""

import torch
import torch.nn.functional as F

TOTAL = [0.0]


def make_optimizer(model, lr, momentum, weight_decay):
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return torch.optim.SGD(trainable, lr=lr, momentum=momentum, weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), targets)
    loss.backward()
    optimizer.step()
    TOTAL[0] += loss.item()
    return TOTAL[0]
