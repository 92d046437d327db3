"""The class has no parent.

replaces: models/softmax.py
message: is not an nn.Module
nothing works: it is no nn.Module, so nothing can be trained
"""
from torch import nn


class Softmax:
    def __init__(self, im_size, n_classes):
        channels, height, width = im_size
        self.affine = nn.Linear(channels * height * width, n_classes)

    def __call__(self, images):
        return self.affine(images.flatten(1))
