"""Softmax runs over the images of the batch.

replaces: models/softmax.py
message: over the batch instead of the classes
"""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.affine = nn.Linear(channels * height * width, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1)).softmax(dim=0)
