"""All weights start at 0: the hidden units stay alike.

replaces: models/twolayernn.py
message: with all weights 0
"""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.hidden = nn.Linear(channels * height * width, hidden_dim)
        self.output = nn.Linear(hidden_dim, n_classes)
        for parameter in self.parameters():
            nn.init.zeros_(parameter)

    def forward(self, images):
        return self.output(torch.relu(self.hidden(images.flatten(1))))
