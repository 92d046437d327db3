"""A mask of one's own, scaled; built on a class of layers.

replaces: simple_net_dropout.py
"""

import torch
from torch import nn


class Mask(nn.Module):
    def __init__(self, keep):
        super().__init__()
        self.keep = keep

    def forward(self, x):
        if not self.training:
            return x
        return x * torch.bernoulli(torch.full_like(x, self.keep)) / self.keep


class SimpleNetDropout(nn.Module):
    def __init__(self):
        super().__init__()
        cnn = [nn.Conv2d(1, 12, 5), nn.ReLU(), nn.MaxPool2d(2), Mask(0.9), nn.Conv2d(12, 16, 5), nn.ReLU()]
        self.cnn_layers = nn.Sequential(*cnn, nn.AdaptiveMaxPool2d(6))
        self.fc_layers = nn.Sequential(nn.Flatten(), nn.Linear(576, 90), nn.ReLU(), Mask(0.6), nn.Linear(90, 15))
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x):
        return self.fc_layers(self.cnn_layers(x))
