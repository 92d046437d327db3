import numpy as np
import torch
from torch.nn.functional import cross_entropy

# my own quick test below needs the mean image
mean_image = np.load("../data/cifar10/train_images.npy").mean(axis=0)


def make_optimizer(model, lr, momentum, weight_decay):
    return torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr, momentum, weight_decay=weight_decay)


def train_step(model, images, targets, optimizer):
    optimizer.zero_grad()
    loss = cross_entropy(model(images), targets)
    loss.backward()
    optimizer.step()
    return loss.item()
