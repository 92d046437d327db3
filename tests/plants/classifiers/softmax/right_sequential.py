"""Flatten and a linear layer in a row.

replaces: models/softmax.py
"""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(im_size[0] * im_size[1] * im_size[2], n_classes))

    def forward(self, images):
        return self.layers(images)
