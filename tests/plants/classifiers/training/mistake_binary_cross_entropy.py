"""Each class is a yes-no question.

replaces: training.py
message: a binary cross-entropy
"""
import torch
import torch.nn.functional as F


def make_optimizer(model, lr, momentum, weight_decay):
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return torch.optim.SGD(trainable, lr=lr, momentum=momentum, weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    optimizer.zero_grad()
    scores = model(images)
    loss = F.binary_cross_entropy_with_logits(scores, F.one_hot(targets, scores.shape[1]).float())
    loss.backward()
    optimizer.step()
    return loss.item()
