"""The layer is made for images of 3x32x32 pixels.

replaces: models/softmax.py
message: images of 3x32x32 pixels
"""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        self.affine = nn.Linear(3 * 32 * 32, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))
