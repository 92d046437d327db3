"""The class with the largest score is returned.

replaces: models/softmax.py
message: is there an `argmax`
nothing works: class numbers have no gradient, so nothing can be trained
"""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.affine = nn.Linear(channels * height * width, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1)).argmax(dim=1)
