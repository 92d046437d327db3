"""The pool takes windows of the size of the filters.

replaces: models/convnet.py
message: The pool is as wide as the filters
"""
import torch
from torch import nn
from torch.nn import functional as F


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.kernel_size = kernel_size
        self.conv = nn.Conv2d(channels, hidden_dim, kernel_size, padding=kernel_size // 2)
        grown = 2 * (kernel_size // 2) - kernel_size + 1
        self.affine = nn.Linear(hidden_dim * ((height + grown) // kernel_size) * ((width + grown) // kernel_size), n_classes)

    def forward(self, images):
        return self.affine(F.max_pool2d(torch.relu(self.conv(images)), self.kernel_size).flatten(1))
