"""Layers as numbered attributes, pools written by hand.

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


class Teacher(nn.Module):
    def __init__(self, spec):
        super().__init__()
        self.spec = spec
        filters = [spec.first_filters]
        while len(filters) < spec.conv_layers:
            filters.append(filters[-1] * (2 if len(filters) % 4 == 0 else 1))
        _, height, width = spec.im_size
        for _ in range(spec.pool_layers):
            height, width = height // 2, width // 2
        for position, count in enumerate(filters):
            before = filters[position - 1] if position else spec.im_size[0]
            setattr(self, f"conv_{position}", nn.Conv2d(before, count, 3, 1, 1))
        self.fc = nn.Sequential(nn.Linear(height * width * filters[-1], spec.fc_nodes), nn.ReLU())
        self.scores = nn.Linear(spec.fc_nodes, spec.n_classes)
        initialize(self, spec.init)

    def pool(self, maps):
        height, width = maps.shape[2] // 2, maps.shape[3] // 2
        windows = maps[:, :, : 2 * height, : 2 * width].unflatten(3, (width, 2)).unflatten(2, (height, 2))
        return windows.amax(dim=(3, 5)) if self.spec.pooling == "max" else windows.mean(dim=(3, 5))

    def forward(self, images):
        maps = images
        for position in range(self.spec.conv_layers):
            maps = getattr(self, f"conv_{position}")(maps).clamp(min=0)
            if self.spec.pool_layers == 2 and position + 1 == self.spec.conv_layers // 2:
                maps = self.pool(maps)
        return self.scores(self.fc(torch.flatten(self.pool(maps), start_dim=1)))


class Student(Teacher):
    """The same construction with another spec."""
