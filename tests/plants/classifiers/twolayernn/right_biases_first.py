"""A dictionary of parameters, both biases first, as rows.

replaces: models/twolayernn.py
"""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        size = im_size[0] * im_size[1] * im_size[2]
        self.values = nn.ParameterDict()
        self.values["b2"] = torch.zeros(1, n_classes)
        self.values["b1"] = torch.zeros(1, hidden_dim)
        self.values["w2"] = torch.randn(n_classes, hidden_dim) / hidden_dim ** 0.5
        self.values["w1"] = torch.randn(hidden_dim, size) / size ** 0.5

    def forward(self, images):
        values = self.values
        hidden = images.reshape(len(images), -1) @ values["w1"].T + values["b1"]
        hidden = torch.maximum(hidden, torch.zeros_like(hidden))
        return hidden @ values["w2"].T + values["b2"]
