"""Each filter is a convolution of its own.

replaces: models/convnet.py
"""
import torch
from torch import nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.filters = nn.ModuleList(nn.Conv2d(channels, 1, kernel_size, padding="same") for _ in range(hidden_dim))
        self.affine = nn.Linear(hidden_dim * (height // 2) * (width // 2), n_classes)

    def forward(self, images):
        maps = torch.cat([one(images) for one in self.filters], dim=1)
        return self.affine(nn.functional.max_pool2d(torch.relu(maps), 2).flatten(1))
