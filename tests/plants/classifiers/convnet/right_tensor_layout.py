"""Filters as (height, width, channels, filters), as other frameworks keep them.

replaces: models/convnet.py
"""
import torch
import torch.nn.functional as F
from torch import nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.kernel = nn.Parameter(0.1 * torch.randn(kernel_size, kernel_size, channels, hidden_dim))
        self.kernel_bias = nn.Parameter(torch.zeros(1, hidden_dim, 1, 1))
        high, wide = height - kernel_size + 1, width - kernel_size + 1
        self.affine = nn.Linear(hidden_dim * (high // 2) * (wide // 2), n_classes)

    def forward(self, images):
        maps = F.conv2d(images, self.kernel.permute(3, 2, 0, 1)) + self.kernel_bias
        return self.affine(F.max_pool2d(F.relu(maps), 2).flatten(1))
