import torch
import torch.nn as nn

loss_function = nn.CrossEntropyLoss()


def make_optimizer(model, lr, momentum, weight_decay):
    return torch.optim.SGD((p for p in model.parameters() if p.requires_grad), lr=lr, momentum=momentum,
                           weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    loss = loss_function(model(images), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
