"""The probability of dropout is 1.

replaces: simple_net_dropout.py
message: everything is dropped
"""

import torch
from torch import nn


class SimpleNetDropout(nn.Module):

    def __init__(self):
        super().__init__()
        self.cnn_layers = nn.Sequential(
            nn.Conv2d(1, 10, kernel_size=5),
            nn.MaxPool2d(3),
            nn.ReLU(),
            nn.Conv2d(10, 20, kernel_size=5),
            nn.MaxPool2d(3),
            nn.ReLU(),
        )
        self.fc_layers = nn.Sequential(
            nn.Flatten(), nn.Linear(20 * 5 * 5, 100), nn.ReLU(), nn.Dropout(1.0), nn.Linear(100, 15)
        )
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc_layers(self.cnn_layers(x))
