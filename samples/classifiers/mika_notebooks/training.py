import torch
from torch.nn import functional

step_count = 0


def make_optimizer(model, lr, momentum, weight_decay):
    trainable = []
    frozen = []
    for p in model.parameters():
        (trainable if p.requires_grad else frozen).append(p)
    return torch.optim.SGD(params=trainable, lr=lr, momentum=momentum, weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    global step_count
    step_count += 1
    loss = functional.cross_entropy(model(images), targets, reduction="sum") / len(targets)
    model.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach().cpu().numpy().item()
