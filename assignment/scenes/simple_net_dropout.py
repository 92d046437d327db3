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
        # Task 3.6: The small network with dropout, 4 points, about 13 lines.
        # Check it with: pytest checks/test_simple_net_dropout.py
        raise NotImplementedError("Task 3.6: SimpleNetDropout.__init__ is not written yet")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Score the 15 scenes.

        Args:
            x: (N, 1, 64, 64) normalised grayscale images.
        Returns:
            (N, 15) scores: raw, no softmax.
        """
        # Task 3.6: The small network with dropout, 4 points, about 13 lines.
        # Check it with: pytest checks/test_simple_net_dropout.py
        raise NotImplementedError("Task 3.6: SimpleNetDropout.forward is not written yet")
