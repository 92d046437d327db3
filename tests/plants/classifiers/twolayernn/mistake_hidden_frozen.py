"""The hidden layer is frozen.

replaces: models/twolayernn.py
message: does not require gradients
"""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.hidden = nn.Linear(channels * height * width, hidden_dim)
        self.output = nn.Linear(hidden_dim, n_classes)
        self.hidden.weight.requires_grad_(False)

    def forward(self, images):
        return self.output(torch.relu(self.hidden(images.flatten(1))))
