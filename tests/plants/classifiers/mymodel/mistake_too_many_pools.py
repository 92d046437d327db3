"""Small images are pooled away.

replaces: models/mymodel.py
message: is too small
"""
from torch import nn


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        layers, channels = [], im_size[0]
        for width in (16, 16, 16, 16, 16):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
            channels = width
        self.trunk = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.head = nn.Linear(16, n_classes)

    def forward(self, images):
        return self.head(self.trunk(images))
