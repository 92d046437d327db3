"""The weight is used through `.data`, so only the bias learns.

replaces: models/softmax.py
message: no gradient arrived there
"""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.affine = nn.Linear(channels * height * width, n_classes)

    def forward(self, images):
        return images.flatten(1) @ self.affine.weight.data.T + self.affine.bias
