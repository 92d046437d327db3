"""The weights start so large that scores are not finite.

replaces: models/mymodel.py
message: values that are
nothing works: no score is a number
"""
from torch import nn


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        width = 2 * hidden_dim
        self.trunk = nn.Sequential(
            nn.Conv2d(im_size[0], width, kernel_size, padding="same"), nn.BatchNorm2d(width), nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(width, width, kernel_size, padding="same"), nn.BatchNorm2d(width), nn.ReLU(),
            nn.AdaptiveMaxPool2d(2), nn.Flatten(),
        )
        self.scores = nn.Linear(4 * width, n_classes)
        nn.init.constant_(self.scores.weight, 1e38)

    def forward(self, images):
        return self.scores(self.trunk(images))
