"""VGG in small, without any normalisation.

replaces: models/mymodel.py
"""
from torch import nn


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        layers, channels = [], im_size[0]
        for width in (16, 16, 32, 32):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(inplace=True)]
            channels = width
            if width == 16 and len(layers) == 4 or width == 32 and len(layers) == 8:
                layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(4 * channels, 64), nn.ReLU(), nn.Linear(64, n_classes),
        )

    def forward(self, images):
        return self.classifier(self.features(images))
