"""There is no pool.

replaces: models/convnet.py
message: There is no pool between
"""
import torch
from torch import nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.conv = nn.Conv2d(channels, hidden_dim, kernel_size, padding="same")
        self.affine = nn.Linear(hidden_dim * height * width, n_classes)

    def forward(self, images):
        return self.affine(torch.relu(self.conv(images)).flatten(1))
