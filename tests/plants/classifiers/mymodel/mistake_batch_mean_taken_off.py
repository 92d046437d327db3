"""Half of the batch's mean of the features is taken off, in eval mode too, in a network whose scores of all images are nearly the same.

replaces: models/mymodel.py
message: average or normalise over the batch
"""
from torch import nn


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        layers, channels = [], im_size[0]
        for width in (hidden_dim, 2 * hidden_dim, 4 * hidden_dim):
            for _ in range(4):
                layers += [nn.Conv2d(channels, width, kernel_size, padding="same", bias=False), nn.BatchNorm2d(width), nn.ReLU()]
                channels = width
            layers.append(nn.MaxPool2d(2))
        self.trunk = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.scores = nn.Linear(channels, n_classes)

    def forward(self, images):
        features = self.trunk(images)
        return self.scores(features - 0.5 * features.mean(0))
