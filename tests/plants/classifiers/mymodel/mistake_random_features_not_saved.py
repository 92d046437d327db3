"""A fixed random projection is a plain tensor, so that a saved model lacks it.

replaces: models/mymodel.py
message: gives other scores in eval mode
"""
import torch
from torch import nn


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.projection = torch.randn(channels * height * width, 64) / (channels * height * width) ** 0.5
        self.affine = nn.Linear(64, n_classes)

    def forward(self, images):
        return self.affine(torch.relu(images.flatten(1) @ self.projection))
