"""All layers in a row.

replaces: models/twolayernn.py
"""
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Linear(channels * height * width, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, n_classes),
        )

    def forward(self, images):
        return self.layers(images)
