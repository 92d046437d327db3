"""Both layers are convolutions: one over the whole image, one of 1x1.

replaces: models/twolayernn.py
"""
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(im_size[0], hidden_dim, im_size[1:]), nn.ReLU(inplace=True), nn.Conv2d(hidden_dim, n_classes, 1),
        )

    def forward(self, images):
        return self.layers(images).flatten(1)
