"""The layers are made anew in every call.

replaces: models/twolayernn.py
message: has no parameters
nothing works: no parameter is registered, so nothing can be trained
"""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        self.sizes = im_size[0] * im_size[1] * im_size[2], hidden_dim, n_classes

    def forward(self, images):
        pixels, hidden_dim, n_classes = self.sizes
        hidden = torch.relu(nn.Linear(pixels, hidden_dim)(images.flatten(1)))
        return nn.Linear(hidden_dim, n_classes)(hidden)
