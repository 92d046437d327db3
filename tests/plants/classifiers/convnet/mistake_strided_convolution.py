"""The convolution moves by two pixels, and there is no pool.

replaces: models/convnet.py
message: convolution of stride 2
"""
import torch
from torch import nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.conv = nn.Conv2d(channels, hidden_dim, kernel_size, stride=2, padding=kernel_size // 2)
        high, wide = ((side + 2 * (kernel_size // 2) - kernel_size) // 2 + 1 for side in (height, width))
        self.affine = nn.Linear(hidden_dim * high * wide, n_classes)

    def forward(self, images):
        return self.affine(torch.relu(self.conv(images)).flatten(1))
