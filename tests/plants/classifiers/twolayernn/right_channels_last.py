"""Pixels are flattened with rows first and channels last.

replaces: models/twolayernn.py
"""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.hidden = nn.Linear(channels * height * width, hidden_dim)
        self.output = nn.Linear(hidden_dim, n_classes)

    def forward(self, images):
        pixels = images.permute(0, 2, 3, 1).reshape(images.shape[0], -1)
        return self.output(torch.relu(self.hidden(pixels)))
