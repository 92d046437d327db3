"""Patches from unfold times a matrix with one row a filter.

replaces: models/convnet.py
"""
import torch
import torch.nn.functional as F
from torch import nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.kernel_size, self.padding = kernel_size, kernel_size // 2
        self.high, self.wide = (side + 2 * self.padding - kernel_size + 1 for side in (height, width))
        self.filters = nn.Parameter(0.1 * torch.randn(hidden_dim, channels * kernel_size * kernel_size))
        self.filter_bias = nn.Parameter(torch.zeros(hidden_dim, 1))
        self.weights = nn.Parameter(0.1 * torch.randn(hidden_dim * (self.high // 2) * (self.wide // 2), n_classes))
        self.bias = nn.Parameter(torch.zeros(n_classes))

    def forward(self, images):
        patches = F.unfold(images, self.kernel_size, padding=self.padding)
        maps = (self.filters @ patches + self.filter_bias).clamp(min=0).unflatten(2, (self.high, self.wide))
        return F.max_pool2d(maps, 2).flatten(1) @ self.weights + self.bias
