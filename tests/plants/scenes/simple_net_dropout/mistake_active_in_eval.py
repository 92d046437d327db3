"""Dropout as a function, which is active in eval mode too.

replaces: simple_net_dropout.py
message: active in eval mode
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
            nn.Flatten(), nn.Linear(20 * 5 * 5, 100), nn.ReLU(), nn.Linear(100, 15)
        )
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        features = self.cnn_layers(x).flatten(1)
        hidden = nn.functional.dropout(self.fc_layers[1](features).relu(), p=0.5)
        return self.fc_layers[3](hidden)
