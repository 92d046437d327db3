"""The hidden bias is added behind the ReLU.

replaces: models/twolayernn.py
message: added after the ReLU
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
        hidden = torch.relu(images.flatten(1) @ self.hidden.weight.T) + self.hidden.bias
        return self.output(hidden)
