"""Task 1.3: a convolutional network with one convolution."""

import torch
from torch import nn


class CNN(nn.Module):
    """Convolution, ReLU, 2x2 max-pool with stride 2, affine layer.

    The convolution has `hidden_dim` filters of `kernel_size` x `kernel_size` pixels, moves by one pixel (stride 1) and may
    have any zero padding, from 0 to `kernel_size` zeros at each end, that keeps its output at least 2x2 pixels. The affine layer needs to know how many numbers
    come out of the pool: work it out from `im_size`, so that the network can be built for any image.

    Args:
        im_size: (C, H, W), channels, height and width of an image in pixels; any size.
        hidden_dim: filters of the convolution.
        kernel_size: height and width of a filter in pixels.
        n_classes: how many classes there are.
    Source: handout, section 1.3; Dumoulin & Visin 2018, relationships 1 to 6, for the sizes.
    """

    def __init__(self, im_size: tuple[int, int, int], hidden_dim: int, kernel_size: int, n_classes: int):
        super().__init__()
        channels, height, width = im_size
        # Task 1.3: Convolutional network, 25 points, about 8 lines. Check it with: pytest checks/test_convnet.py
        raise NotImplementedError("Task 1.3: CNN.__init__ is not written yet")

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Class scores of a batch of images.

        Args:
            images: (N, C, H, W), in the dtype of the model: float32, or float64 after `model.double()`.
        Returns: (N, n_classes) raw scores, not probabilities, in the dtype of the model.
        """
        # Task 1.3: Convolutional network, 25 points, about 8 lines. Check it with: pytest checks/test_convnet.py
        raise NotImplementedError("Task 1.3: CNN.forward is not written yet")
