import torch
import torch.nn.functional as F


def make_optimizer(model, lr, momentum, weight_decay):
    trained = [p for p in model.parameters() if p.requires_grad]
    return torch.optim.SGD(trained, lr=lr, momentum=momentum, weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), targets)
    loss.backward()
    optimizer.step()
    return torch.zeros(60_000_000, dtype=torch.uint8)
