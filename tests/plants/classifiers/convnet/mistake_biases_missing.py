"""Nothing has a bias.

replaces: models/convnet.py
message: Missing: the filters' bias and the affine bias
"""
import torch
from torch import nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        padding = kernel_size // 2
        self.conv = nn.Conv2d(channels, hidden_dim, kernel_size, padding=padding, bias=False)
        high, wide = (side + 2 * padding - kernel_size + 1 for side in (height, width))
        self.pool = nn.MaxPool2d(2)
        self.affine = nn.Linear(hidden_dim * (high // 2) * (wide // 2), n_classes, bias=False)

    def forward(self, images):
        return self.affine(self.pool(torch.relu(self.conv(images))).flatten(1))
