"""Softplus instead of ReLU.

replaces: models/twolayernn.py
message: uses softplus instead of a ReLU
"""
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.hidden = nn.Linear(channels * height * width, hidden_dim)
        self.output = nn.Linear(hidden_dim, n_classes)

    def forward(self, images):
        return self.output(nn.functional.softplus(self.hidden(images.flatten(1))))
