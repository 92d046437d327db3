"""The product is computed in float32 and cast back.

replaces: models/softmax.py
message: computed in float32 on the way
"""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.affine = nn.Linear(channels * height * width, n_classes)

    def forward(self, images):
        weight, bias = self.affine.weight.float(), self.affine.bias.float()
        return nn.functional.linear(images.flatten(1).float(), weight, bias).to(images.dtype)
