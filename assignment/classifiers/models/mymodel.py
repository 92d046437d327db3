"""Task 1.4: a model of your own."""

import torch
from torch import nn


class MyModel(nn.Module):
    """Anything you like that turns images into class scores; make it better than the convolutional network of 1.3.

    It must work for any image of at least 8x8 pixels, give the same answer twice in evaluation mode, and be able to learn.
    You may use or ignore `hidden_dim` and `kernel_size`. Hand in a trained checkpoint (`mymodel.pt`, the `state_dict` that
    `python train.py` saves) to have its accuracy measured on images that you have not seen.

    Args:
        im_size: (C, H, W), channels, height and width of an image in pixels; H and W at least 8.
        hidden_dim: a width to build from.
        kernel_size: height and width of a filter in pixels.
        n_classes: how many classes there are.
    Source: handout, section 1.4. Ideas: Ioffe & Szegedy 2015 (batch norm), He et al. 2016 (residual connections).
    """

    def __init__(self, im_size: tuple[int, int, int], hidden_dim: int, kernel_size: int, n_classes: int):
        super().__init__()
        # Task 1.4: A model of your own, 30 points, about 30 lines. Check it with: pytest checks/test_mymodel.py
        raise NotImplementedError("Task 1.4: MyModel.__init__ is not written yet")

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Class scores of a batch of images.

        Args:
            images: (N, C, H, W), in the dtype of the model: float32, or float64 after `model.double()`.
        Returns: (N, n_classes) raw scores, not probabilities, in the dtype of the model.
        """
        # Task 1.4: A model of your own, 30 points, about 30 lines. Check it with: pytest checks/test_mymodel.py
        raise NotImplementedError("Task 1.4: MyModel.forward is not written yet")


# Task 1.4: put helpers of your own here, if you need any.
