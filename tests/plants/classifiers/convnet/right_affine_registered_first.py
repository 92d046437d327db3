"""The affine layer is registered before the convolution.

replaces: models/convnet.py
"""
from torch import nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.classifier = nn.Linear(hidden_dim * (height // 2) * (width // 2), n_classes)
        self.features = nn.Sequential(
            nn.Conv2d(channels, hidden_dim, kernel_size, padding="same"), nn.ReLU(inplace=True), nn.MaxPool2d(2, 2),
        )

    def forward(self, images):
        return self.classifier(self.features(images).view(images.shape[0], -1))
