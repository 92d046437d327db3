"""The cross-entropy is written out: logsumexp minus the score of the right class.

replaces: training.py
"""
import torch


def make_optimizer(model, lr, momentum, weight_decay):
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return torch.optim.SGD(trainable, lr=lr, momentum=momentum, weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    optimizer.zero_grad()
    scores = model(images)
    right = scores.gather(1, targets[:, None]).squeeze(1)
    loss = (scores.logsumexp(dim=1) - right).mean()
    loss.backward()
    optimizer.step()
    return loss.tolist()
