"""Lazy layers throughout.

replaces: models/mymodel.py
"""
from torch import nn


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        self.layers = nn.Sequential(
            nn.LazyConv2d(hidden_dim, kernel_size, padding=1), nn.LazyBatchNorm2d(), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.LazyLinear(32), nn.ReLU(), nn.LazyLinear(n_classes),
        )

    def forward(self, images):
        return self.layers(images)
