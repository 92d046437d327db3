"""A small convolutional network for grayscale scenes: part 3, task 3.5."""

import torch
from torch import nn


class SimpleNet(nn.Module):
    """Two convolutions and two fully connected layers.

    Attributes:
        cnn_layers: all layers in front of the flattening, an `nn.Sequential`; at least 2 convolutions.
        fc_layers: all layers after it, an `nn.Sequential`; at least 2 linear layers.
        loss_criterion: cross-entropy that sums over the batch (`compute_loss` divides, where wanted).
    At least 2 ReLUs stand in the two together. Shapes for a usable start: 10 filters of 5x5, 3x3 max-pool,
    20 filters of 5x5, 3x3 max-pool leave 20 maps of 5x5; 100 hidden nodes follow.
    """

    def __init__(self):
        super().__init__()
        ### BEGIN SOLUTION 3.5 SimpleNet.__init__
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
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Score the 15 scenes.

        Args:
            x: (N, 1, 64, 64) normalised grayscale images.
        Returns:
            (N, 15) scores: raw, no softmax.
        """
        ### BEGIN SOLUTION 3.5 SimpleNet.forward
        return self.fc_layers(self.cnn_layers(x))
        ### END SOLUTION
