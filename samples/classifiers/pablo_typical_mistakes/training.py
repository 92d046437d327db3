import torch
import torch.nn.functional as F


def make_optimizer(model, lr, momentum, weight_decay):
    return torch.optim.SGD(model.parameters(), lr=lr, momentum=momentum)


def train_step(model, images, targets, optimizer):
    loss = F.cross_entropy(model(images), targets)
    loss.backward()
    optimizer.step()
    return loss
