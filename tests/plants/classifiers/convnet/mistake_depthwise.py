"""Every filter looks at one channel only.

replaces: models/convnet.py
message: Each filter looks at one channel alone
"""
import torch
from torch import nn
from torch.nn import functional as F


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.conv = nn.Conv2d(channels, hidden_dim * channels, kernel_size, padding=kernel_size // 2, groups=channels)
        grown = 2 * (kernel_size // 2) - kernel_size + 1
        self.affine = nn.Linear(hidden_dim * channels * ((height + grown) // 2) * ((width + grown) // 2), n_classes)

    def forward(self, images):
        return self.affine(F.max_pool2d(torch.relu(self.conv(images)), 2).flatten(1))
