"""The layers stand in a Python list.

replaces: models/mymodel.py
message: has no parameters
nothing works: no parameter is registered, so nothing can be trained
"""
from torch import nn


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        self.layers = [
            nn.Conv2d(im_size[0], hidden_dim, kernel_size, padding="same"), nn.ReLU(),
            nn.AdaptiveMaxPool2d(4), nn.Flatten(), nn.Linear(16 * hidden_dim, n_classes),
        ]

    def forward(self, images):
        for layer in self.layers:
            images = layer(images)
        return images
