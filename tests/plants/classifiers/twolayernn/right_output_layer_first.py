"""The output layer is registered before the hidden one.

replaces: models/twolayernn.py
"""
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        self.classify = nn.Linear(hidden_dim, n_classes)
        self.look = nn.Linear(im_size[0] * im_size[1] * im_size[2], hidden_dim)

    def forward(self, images):
        return self.classify(nn.functional.relu(self.look(images.flatten(1))))
