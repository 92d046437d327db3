import torch
import torch.nn as nn


def make_optimizer(model, lr, momentum, weight_decay):
    print(f"\rSGD with lr={lr}", end="")
    return torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=lr, momentum=momentum, weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(images), targets)
    loss.backward()
    optimizer.step()
    print("loss:", loss.item(), flush=True)
    return loss.item()
