"""The layers stand in a Python list.

replaces: models/convnet.py
message: a layer in a Python list, is not
nothing works: no parameter is registered, so nothing can be trained
"""
from torch import nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.layers = [
            nn.Conv2d(channels, hidden_dim, kernel_size, padding="same"), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(hidden_dim * (height // 2) * (width // 2), n_classes),
        ]

    def forward(self, images):
        for layer in self.layers:
            images = layer(images)
        return images
