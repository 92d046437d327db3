"""Ten convolutions with batch norm, downsampling by strides that stop when the maps are small.

replaces: models/mymodel.py
"""
from torch import nn


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        layers, channels, side = [], im_size[0], min(im_size[1:])
        for place in range(10):
            stride = 2 if place % 3 == 2 and side >= 4 else 1
            side //= stride
            layers += [nn.Conv2d(channels, 24, 3, stride, padding=1, bias=False), nn.BatchNorm2d(24), nn.LeakyReLU(0.1)]
            channels = 24
        self.trunk = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.head = nn.Linear(24, n_classes)

    def forward(self, images):
        return self.head(self.trunk(images))
