"""There is one more affine layer.

replaces: models/convnet.py
message: which layer is one too many
"""
import torch
from torch import nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.conv = nn.Conv2d(channels, hidden_dim, kernel_size, padding="same")
        self.hidden = nn.Linear(hidden_dim * (height // 2) * (width // 2), 100)
        self.affine = nn.Linear(100, n_classes)

    def forward(self, images):
        maps = nn.functional.max_pool2d(torch.relu(self.conv(images)), 2)
        return self.affine(torch.relu(self.hidden(maps.flatten(1))))
