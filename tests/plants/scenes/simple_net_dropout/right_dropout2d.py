"""Whole maps are dropped behind each convolution.

replaces: simple_net_dropout.py
"""

from torch import nn


class SimpleNetDropout(nn.Module):
    def __init__(self):
        super().__init__()
        self.cnn_layers = nn.Sequential(
            nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(4), nn.Dropout2d(0.2),
            nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(4), nn.Dropout2d(0.2),
        )
        self.fc_layers = nn.Sequential(nn.Flatten(), nn.Linear(32 * 16, 64), nn.ReLU(), nn.Linear(64, 15))
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x):
        return self.fc_layers(self.cnn_layers(x))
