"""Zeros of the right shape and nothing to train.

replaces: models/mymodel.py
message: has no parameters
nothing works: the scores are constants
"""
from torch import nn


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        self.n_classes = n_classes

    def forward(self, images):
        return images.new_zeros(len(images), self.n_classes)
