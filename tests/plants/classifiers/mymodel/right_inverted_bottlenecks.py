"""Like EfficientNet: expansion, depthwise convolution, squeeze and excitation, Swish.

replaces: models/mymodel.py
"""
from torch import nn


class Bottleneck(nn.Module):
    def __init__(self, width, expansion):
        super().__init__()
        wide = width * expansion
        self.expand = nn.Sequential(nn.Conv2d(width, wide, 1, bias=False), nn.BatchNorm2d(wide), nn.SiLU())
        self.depthwise = nn.Sequential(
            nn.Conv2d(wide, wide, 3, padding=1, groups=wide, bias=False), nn.BatchNorm2d(wide), nn.SiLU(),
        )
        self.excite = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(wide, 8, 1), nn.SiLU(), nn.Conv2d(8, wide, 1), nn.Sigmoid(),
        )
        self.project = nn.Sequential(nn.Conv2d(wide, width, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, maps):
        wide = self.depthwise(self.expand(maps))
        return maps + self.project(wide * self.excite(wide))


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(im_size[0], 16, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(16), nn.SiLU(),
            Bottleneck(16, 4), nn.Conv2d(16, 32, 1, bias=False), nn.BatchNorm2d(32), nn.SiLU(), Bottleneck(32, 4),
        )
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(32, n_classes))

    def forward(self, images):
        return self.head(self.features(images))
