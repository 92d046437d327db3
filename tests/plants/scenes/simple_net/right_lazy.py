"""Layers that find their input sizes themselves; the criterion is a function.

replaces: simple_net.py
"""

import functools

from torch import nn
from torch.nn import functional


class SimpleNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.cnn_layers = nn.Sequential(
            nn.LazyConv2d(12, 5, padding="same"), nn.ReLU(), nn.AvgPool2d(4),
            nn.LazyConv2d(24, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        )
        self.fc_layers = nn.Sequential(nn.LazyLinear(100), nn.ReLU(), nn.LazyLinear(15))
        self.loss_criterion = functools.partial(functional.cross_entropy, reduction="sum")

    def forward(self, x):
        return self.fc_layers(self.cnn_layers(x))
