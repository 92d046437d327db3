import torch
import torch.nn.functional as F


def make_optimizer(model, lr, momentum, weight_decay):
    params = [p for p in model.parameters() if p.requires_grad]
    return torch.optim.SGD(params, lr=lr, momentum=momentum, weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    optimizer.zero_grad()
    scores = model(images)
    loss = F.cross_entropy(scores, targets)
    loss.backward()
    optimizer.step()
    return loss.item()
