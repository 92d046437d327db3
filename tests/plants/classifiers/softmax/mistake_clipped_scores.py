"""Scores are cut to the range from -10 to 10.

replaces: models/softmax.py
message: clipped
"""
import torch
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.affine = nn.Linear(channels * height * width, n_classes)

    def forward(self, images):
        return torch.clamp(self.affine(images.flatten(1)), -10, 10)
