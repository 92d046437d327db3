import torch
from torch import nn


def make_optimizer(model, lr, momentum, weight_decay):
    # one group for each parameter, so that I can print them with their names
    groups = [{"params": [p], "name": name} for name, p in model.named_parameters() if p.requires_grad]
    return torch.optim.SGD(groups, lr=lr, momentum=momentum, weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    criterion = nn.CrossEntropyLoss()

    def closure():
        model.zero_grad(set_to_none=True)
        loss = criterion(model(images), targets)
        loss.backward()
        return loss

    return optimizer.step(closure).item()
