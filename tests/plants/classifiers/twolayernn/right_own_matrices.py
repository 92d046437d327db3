"""Matrices of its own with units in columns, clamp for the ReLU.

replaces: models/twolayernn.py
"""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        pixels = im_size[0] * im_size[1] * im_size[2]
        self.W1 = nn.Parameter(0.01 * torch.randn(pixels, hidden_dim))
        self.b1 = nn.Parameter(torch.zeros(hidden_dim))
        self.W2 = nn.Parameter(0.01 * torch.randn(hidden_dim, n_classes))
        self.b2 = nn.Parameter(torch.zeros(n_classes))

    def forward(self, images):
        hidden = (images.flatten(1) @ self.W1 + self.b1).clamp(min=0)
        return hidden @ self.W2 + self.b2
