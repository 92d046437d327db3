"""The last layer is a convolution over the whole pooled map.

replaces: models/convnet.py
"""
from torch import nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.conv = nn.Conv2d(channels, hidden_dim, kernel_size, padding="same")
        self.vote = nn.Conv2d(hidden_dim, n_classes, (height // 2, width // 2))

    def forward(self, images):
        return self.vote(nn.functional.max_pool2d(self.conv(images).relu(), 2)).flatten(1)
