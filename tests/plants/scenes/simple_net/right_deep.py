"""Three padded convolutions with batch norm, an average pool in front of the linear layers.

replaces: simple_net.py
"""

from torch import nn


class SimpleNet(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [1, 16, 32, 64]
        layers = []
        for narrow, wide in zip(widths, widths[1:]):
            layers += [
                nn.Conv2d(narrow, wide, 3, padding=1),
                nn.BatchNorm2d(wide),
                nn.ReLU(inplace=True),
                nn.MaxPool2d(2),
            ]
        self.cnn_layers = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(4))
        self.fc_layers = nn.Sequential(nn.Flatten(), nn.Linear(64 * 16, 64), nn.ReLU(), nn.Linear(64, 15))
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x):
        x = self.cnn_layers(x)
        return self.fc_layers(x)
