"""The convolution has no padding.

replaces: models/convnet.py
"""
import torch
from torch import nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.filters = nn.Conv2d(channels, hidden_dim, kernel_size)
        high, wide = height - kernel_size + 1, width - kernel_size + 1
        self.affine = nn.Linear(hidden_dim * (high // 2) * (wide // 2), n_classes)

    def forward(self, images):
        return self.affine(torch.flatten(nn.functional.max_pool2d(self.filters(images).relu(), 2), 1))
