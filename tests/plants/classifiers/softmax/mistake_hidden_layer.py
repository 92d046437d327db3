"""There is a second layer.

replaces: models/softmax.py
message: which layer is one too many
"""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.affine = nn.Linear(channels * height * width, n_classes)
        self.second = nn.Linear(n_classes, n_classes)

    def forward(self, images):
        return self.second(self.affine(images.flatten(1)))
