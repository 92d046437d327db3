"""The images are overwritten by something the author wants to look at later.

replaces: models/softmax.py
message: in-place operation
"""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.affine = nn.Linear(channels * height * width, n_classes)

    def forward(self, images):
        pixels = images.flatten(1)
        scores = self.affine(pixels.clone())
        pixels.abs_()
        return scores
