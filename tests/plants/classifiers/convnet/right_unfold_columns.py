"""Patches cut by strides, filters in columns with the channels last, pool by reshape and amax.

replaces: models/convnet.py
"""
import torch
from torch import nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.kernel_size, self.high, self.wide = kernel_size, height - kernel_size + 1, width - kernel_size + 1
        self.filters = nn.Parameter(0.1 * torch.randn(kernel_size * kernel_size * channels, hidden_dim))
        self.offsets = nn.Parameter(torch.zeros(hidden_dim))
        self.affine = nn.Linear(hidden_dim * (self.high // 2) * (self.wide // 2), n_classes)

    def forward(self, images):
        patches = images.unfold(2, self.kernel_size, 1).unfold(3, self.kernel_size, 1)     # (N, C, H, W, K, K)
        maps = torch.relu(patches.permute(0, 2, 3, 4, 5, 1).flatten(3) @ self.filters + self.offsets)
        maps = maps[:, : self.high // 2 * 2, : self.wide // 2 * 2]
        pooled = maps.reshape(len(images), self.high // 2, 2, self.wide // 2, 2, -1).amax(dim=(2, 4))
        return self.affine(pooled.flatten(1))
