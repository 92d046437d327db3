"""Ones are appended before each of the two products.

replaces: models/twolayernn.py
"""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        self.first = nn.Parameter(0.1 * torch.randn(im_size[0] * im_size[1] * im_size[2] + 1, hidden_dim))
        self.second = nn.Parameter(0.1 * torch.randn(n_classes, hidden_dim + 1))

    def forward(self, images):
        ones = images.new_ones(len(images), 1)
        hidden = torch.relu(torch.cat([images.flatten(1), ones], 1) @ self.first)
        return torch.cat([hidden, ones], 1) @ self.second.t()
