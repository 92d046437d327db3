"""Task 1.2: a neural network with one hidden layer."""

import torch
from torch import nn


class TwoLayerNN(nn.Module):
    """Affine, ReLU, affine: `scores = W2 max(0, W1 x + b1) + b2`.

    Without the ReLU between them the two affine layers would be one affine layer again.

    Args:
        im_size: (C, H, W), channels, height and width of an image in pixels; any size.
        hidden_dim: units of the hidden layer.
        n_classes: how many classes there are.
    Source: handout, section 1.2; CS231n notes, neural networks part 1.
    """

    def __init__(self, im_size: tuple[int, int, int], hidden_dim: int, n_classes: int):
        super().__init__()
        channels, height, width = im_size
        # Task 1.2: Two-layer neural network, 15 points, about 5 lines. Check it with: pytest checks/test_twolayernn.py
        raise NotImplementedError("Task 1.2: TwoLayerNN.__init__ is not written yet")

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Class scores of a batch of images.

        Args:
            images: (N, C, H, W), in the dtype of the model: float32, or float64 after `model.double()`.
        Returns: (N, n_classes) raw scores, not probabilities, in the dtype of the model.
        """
        # Task 1.2: Two-layer neural network, 15 points, about 5 lines. Check it with: pytest checks/test_twolayernn.py
        raise NotImplementedError("Task 1.2: TwoLayerNN.forward is not written yet")
