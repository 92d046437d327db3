"""The hidden layer is as wide as the image.

replaces: models/twolayernn.py
message: as many units as an image has numbers
"""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        pixels = im_size[0] * im_size[1] * im_size[2]
        self.hidden, self.output = nn.Linear(pixels, pixels), nn.Linear(pixels, n_classes)

    def forward(self, images):
        return self.output(torch.relu(self.hidden(images.flatten(1))))
