"""The layers stand in a Python list.

replaces: models/twolayernn.py
message: a layer in a Python list, is not
nothing works: no parameter is registered, so nothing can be trained
"""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        self.layers = [nn.Linear(im_size[0] * im_size[1] * im_size[2], hidden_dim), nn.Linear(hidden_dim, n_classes)]

    def forward(self, images):
        return self.layers[1](torch.relu(self.layers[0](images.flatten(1))))
