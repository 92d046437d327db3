"""An adaptive pool that halves even sides, after the maps are cropped to even sides.

replaces: models/convnet.py
"""
from torch import nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.half = height // 2, width // 2
        self.conv = nn.Conv2d(channels, hidden_dim, kernel_size, padding="same")
        self.pool = nn.AdaptiveMaxPool2d(self.half)
        self.affine = nn.Linear(hidden_dim * self.half[0] * self.half[1], n_classes)

    def forward(self, images):
        maps = nn.functional.relu(self.conv(images))[:, :, : 2 * self.half[0], : 2 * self.half[1]]
        return self.affine(self.pool(maps).flatten(1))
