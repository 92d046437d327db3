"""The input itself is changed by an in-place ReLU in front.

replaces: simple_net.py
message: changed the images
"""

import torch
from torch import nn


class SimpleNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.cnn_layers = nn.Sequential(
            nn.Conv2d(1, 10, kernel_size=5),  # (N, 10, 60, 60)
            nn.MaxPool2d(3),  # (N, 10, 20, 20)
            nn.ReLU(),
            nn.Conv2d(10, 20, kernel_size=5),  # (N, 20, 16, 16)
            nn.MaxPool2d(3),  # (N, 20, 5, 5)
            nn.ReLU(),
        )
        self.fc_layers = nn.Sequential(nn.Flatten(), nn.Linear(20 * 5 * 5, 100), nn.ReLU(), nn.Linear(100, 15))
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc_layers(self.cnn_layers(nn.functional.relu(x, inplace=True)))
