"""Layers in a ModuleList, the activation by where.

replaces: models/twolayernn.py
"""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        sizes = [im_size[0] * im_size[1] * im_size[2], hidden_dim, n_classes]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))

    def forward(self, images):
        values = torch.flatten(images, 1)
        for place, layer in enumerate(self.layers):
            values = layer(values)
            if place + 1 < len(self.layers):
                values = torch.where(values > 0, values, torch.zeros_like(values))
        return values
