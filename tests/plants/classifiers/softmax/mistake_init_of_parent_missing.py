"""The parent's __init__ is not called.

replaces: models/softmax.py
message: before Module.__init__() call
nothing works: no model can be built
"""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        channels, height, width = im_size
        self.affine = nn.Linear(channels * height * width, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))
