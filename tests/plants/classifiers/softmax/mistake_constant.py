"""Zeros of the right shape, with a layer that is never used.

replaces: models/softmax.py
message: does `forward` use the images
nothing works: the scores are constants
"""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.affine = nn.Linear(channels * height * width, n_classes)

    def forward(self, images):
        return images.new_zeros(len(images), self.affine.out_features)
