"""The pixels are flattened with the channels last.

replaces: models/softmax.py
"""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.affine = nn.Linear(channels * height * width, n_classes)

    def forward(self, images):
        return self.affine(images.permute(0, 2, 3, 1).flatten(1))
