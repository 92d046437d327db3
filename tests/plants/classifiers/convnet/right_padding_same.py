"""padding='same' keeps the size for every kernel.

replaces: models/convnet.py
"""
from torch import nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.layers = nn.Sequential(
            nn.Conv2d(channels, hidden_dim, kernel_size, padding="same"), nn.ReLU(),
            nn.MaxPool2d(kernel_size=2, stride=2), nn.Flatten(),
            nn.Linear(hidden_dim * (height // 2) * (width // 2), n_classes),
        )

    def forward(self, images):
        return self.layers(images)
