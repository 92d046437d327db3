"""SGD written by hand.

replaces: training.py
"""
import torch
import torch.nn.functional as F


class Descent(torch.optim.Optimizer):
    def __init__(self, parameters, lr, momentum, weight_decay):
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                direction = parameter.grad + group["weight_decay"] * parameter
                velocity = self.state[parameter].get("velocity")
                velocity = direction.clone() if velocity is None else group["momentum"] * velocity + direction
                self.state[parameter]["velocity"] = velocity
                parameter -= group["lr"] * velocity


def make_optimizer(model, lr, momentum, weight_decay):
    return Descent((p for p in model.parameters() if p.requires_grad), lr, momentum, weight_decay)


def train_step(model, images, targets, optimizer):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), targets)
    loss.backward()
    optimizer.step()
    return loss.item()
