"""The hidden layer is returned.

replaces: models/twolayernn.py
message: is the last layer `n_classes` wide
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
        hidden = torch.relu(self.hidden(images.flatten(1)))
        self.output(hidden)
        return hidden
