"""The hidden layer consists of plain tensors.

replaces: models/twolayernn.py
message: Missing: a hidden weight and a hidden bias
"""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        pixels = im_size[0] * im_size[1] * im_size[2]
        self.weight = torch.randn(pixels, hidden_dim) / pixels ** 0.5
        self.bias = torch.zeros(hidden_dim)
        self.output = nn.Linear(hidden_dim, n_classes)

    def forward(self, images):
        return self.output(torch.relu(images.flatten(1) @ self.weight + self.bias))
