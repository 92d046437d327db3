"""Each hidden unit is a layer of its own.

replaces: models/twolayernn.py
"""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        pixels = im_size[0] * im_size[1] * im_size[2]
        self.units = nn.ModuleList([nn.Linear(pixels, 1) for _ in range(hidden_dim)])
        self.output = nn.Linear(hidden_dim, n_classes)

    def forward(self, images):
        pixels = images.flatten(1)
        hidden = torch.cat([unit(pixels).clamp_min(0.0) for unit in self.units], 1)
        return self.output(hidden)
