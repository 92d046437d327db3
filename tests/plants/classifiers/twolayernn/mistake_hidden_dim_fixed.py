"""The hidden layer always has 100 units.

replaces: models/twolayernn.py
message: The hidden layer has 100 units
"""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.hidden = nn.Linear(channels * height * width, 100)
        self.output = nn.Linear(100, n_classes)

    def forward(self, images):
        return self.output(torch.relu(self.hidden(images.flatten(1))))
