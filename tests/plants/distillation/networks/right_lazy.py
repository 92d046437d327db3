"""Lazily built layers, which one image of zeros brings to their shapes.

replaces: networks.py
"""

import torch
from torch import nn


def initialize(module, scheme):
    for layer in module.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            if scheme == "he":
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            else:
                nn.init.xavier_normal_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


def build(spec):
    pool = {"max": nn.MaxPool2d, "average": nn.AvgPool2d}[spec.pooling](2, 2)
    network = nn.Sequential()
    for position in range(1, spec.conv_layers + 1):
        doublings = (position - 1) // 4
        network.append(nn.LazyConv2d(spec.first_filters * 2**doublings, 3, 1, 1))
        network.append(nn.ReLU(inplace=True))
        if spec.pool_layers == 2 and position == spec.conv_layers // 2:
            network.append(pool)
    network.append(pool)
    network.extend([nn.Flatten(), nn.LazyLinear(spec.fc_nodes), nn.ReLU(), nn.LazyLinear(spec.n_classes)])
    with torch.no_grad():
        network(torch.zeros(1, *spec.im_size))
    initialize(network, spec.init)
    return network


class Teacher(nn.Module):
    def __init__(self, spec):
        super().__init__()
        self.network = build(spec)

    def forward(self, images):
        return self.network(images)


class Student(nn.Module):
    def __init__(self, spec):
        super().__init__()
        self.network = build(spec)

    def forward(self, images):
        return self.network(images)
