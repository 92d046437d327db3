"""The function, told whether the network is training.

replaces: simple_net_dropout.py
"""

import torch.nn.functional as F
from torch import nn


class SimpleNetDropout(nn.Module):
    def __init__(self):
        super().__init__()
        self.cnn_layers = nn.Sequential(
            nn.Conv2d(1, 10, 5), nn.ReLU(), nn.MaxPool2d(3), nn.Conv2d(10, 20, 5), nn.ReLU(), nn.MaxPool2d(3)
        )
        self.fc_layers = nn.Sequential(nn.Linear(500, 100), nn.ReLU(), nn.Linear(100, 15))
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x):
        features = self.cnn_layers(x).flatten(1)
        features = F.dropout(features, 0.3, self.training)
        return self.fc_layers(features)
