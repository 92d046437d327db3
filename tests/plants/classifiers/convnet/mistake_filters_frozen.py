"""The filters are frozen.

replaces: models/convnet.py
message: does not require gradients
"""
import torch
from torch import nn
from torch.nn import functional as F


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.conv = nn.Conv2d(channels, hidden_dim, kernel_size)
        height, width = height - kernel_size + 1, width - kernel_size + 1
        self.affine = nn.Linear(hidden_dim * (height // 2) * (width // 2), n_classes)
        self.conv.weight.requires_grad_(False)

    def forward(self, images):
        maps = torch.relu(self.conv(images))
        return self.affine(F.max_pool2d(maps, 2).flatten(1))
