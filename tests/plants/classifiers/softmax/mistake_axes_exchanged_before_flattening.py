"""The batch axis comes last before flattening.

replaces: models/softmax.py
message: The pixels of different images are mixed
"""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.affine = nn.Linear(channels * height * width, n_classes)

    def forward(self, images):
        return self.affine(images.permute(1, 2, 3, 0).reshape(len(images), -1))
