"""The small network with dropout against over-fitting: part 3, task 3.6."""

import torch
from torch import nn


class SimpleNetDropout(nn.Module):
    """`SimpleNet` with dropout among its layers.

    In train mode dropout sets random values to zero and scales up the rest; in eval mode it does nothing, and the
    same image always gets the same scores.

    Attributes:
        cnn_layers: all layers in front of the flattening, an `nn.Sequential`; at least 2 convolutions.
        fc_layers: all layers after it, an `nn.Sequential`; at least 2 linear layers.
        loss_criterion: cross-entropy that sums over the batch.
    Source: Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting".
    """

    def __init__(self):
        super().__init__()
        ### BEGIN SOLUTION 3.6 SimpleNetDropout.__init__
        self.cnn_layers = nn.Sequential(
            nn.Conv2d(1, 10, kernel_size=5),
            nn.MaxPool2d(3),
            nn.ReLU(),
            nn.Conv2d(10, 20, kernel_size=5),
            nn.MaxPool2d(3),
            nn.ReLU(),
        )
        self.fc_layers = nn.Sequential(nn.Flatten(), nn.Linear(20 * 5 * 5, 100), nn.ReLU(), nn.Dropout(0.5), nn.Linear(100, 15))
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Score the 15 scenes.

        Args:
            x: (N, 1, 64, 64) normalised grayscale images.
        Returns:
            (N, 15) scores: raw, no softmax.
        """
        ### BEGIN SOLUTION 3.6 SimpleNetDropout.forward
        return self.fc_layers(self.cnn_layers(x))
        ### END SOLUTION
