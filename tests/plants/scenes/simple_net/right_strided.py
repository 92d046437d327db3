"""Strides instead of pooling, flattening in forward, layers added by name.

replaces: simple_net.py
"""

import torch
from torch import nn


class SimpleNet(torch.nn.Module):
    def __init__(self):
        torch.nn.Module.__init__(self)
        self.cnn_layers = nn.Sequential()
        self.cnn_layers.add_module("edges", nn.Conv2d(1, 8, kernel_size=7, stride=2))
        self.cnn_layers.add_module("edges_on", nn.ReLU())
        self.cnn_layers.add_module("textures", nn.Conv2d(8, 24, kernel_size=5, stride=3))
        self.cnn_layers.add_module("textures_on", nn.ReLU())
        self.fc_layers = nn.Sequential(nn.Linear(24 * 9 * 9, 80), nn.ReLU(), nn.Linear(80, 15))
        self.loss_criterion = torch.nn.CrossEntropyLoss(None, reduction="sum")

    def forward(self, x):
        maps = self.cnn_layers(x)
        return self.fc_layers(maps.view(maps.size(0), -1))
