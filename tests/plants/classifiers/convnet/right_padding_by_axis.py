"""Rows are padded, columns are not.

replaces: models/convnet.py
"""
import torch
from torch import nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.conv = nn.Conv2d(channels, hidden_dim, kernel_size, padding=(kernel_size - 1, 0))
        high, wide = height + kernel_size - 1, width - kernel_size + 1
        self.affine = nn.Linear(hidden_dim * (high // 2) * (wide // 2), n_classes)

    def forward(self, images):
        return self.affine(nn.functional.max_pool2d(torch.relu(self.conv(images)), 2).flatten(1))
