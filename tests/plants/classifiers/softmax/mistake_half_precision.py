"""The scores pass through half precision.

replaces: models/softmax.py
message: computed in a lower precision
"""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.affine = nn.Linear(channels * height * width, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1)).half().to(images.dtype)
