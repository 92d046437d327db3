"""Dropout is applied with the functional form, which is on by default.

replaces: models/softmax.py
message: something random takes part
"""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.affine = nn.Linear(channels * height * width, n_classes)

    def forward(self, images):
        return self.affine(nn.functional.dropout(images.flatten(1), 0.5))
