"""All zeros stand on the right and below.

replaces: models/convnet.py
"""
import torch
from torch import nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.conv = nn.Conv2d(channels, hidden_dim, kernel_size)
        self.zeros = nn.ZeroPad2d((0, kernel_size - 1, 0, kernel_size - 1))
        self.affine = nn.Linear(hidden_dim * (height // 2) * (width // 2), n_classes)

    def forward(self, images):
        maps = torch.relu(self.conv(self.zeros(images)))
        return self.affine(nn.functional.max_pool2d(maps, 2).flatten(1))
