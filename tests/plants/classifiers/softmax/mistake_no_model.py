"""Zeros of the right shape and no layer at all.

replaces: models/softmax.py
message: has no parameters
nothing works: there is no parameter
"""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        self.n_classes = n_classes

    def forward(self, images):
        return images.new_zeros(len(images), self.n_classes)
