"""The bias trick in the hidden layer only, the output layer registered first.

replaces: models/twolayernn.py
"""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        self.output = nn.Linear(hidden_dim, n_classes)
        self.first = nn.Parameter(0.1 * torch.randn(hidden_dim, im_size[0] * im_size[1] * im_size[2] + 1))

    def forward(self, images):
        ones = images.new_ones(len(images), 1)
        return self.output((torch.cat([ones, images.flatten(1)], 1) @ self.first.T).relu_())
