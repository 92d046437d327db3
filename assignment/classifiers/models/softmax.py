"""Task 1.1: the softmax classifier, one affine layer from pixels to class scores."""

import torch
from torch import nn


class Softmax(nn.Module):
    """A linear classifier: `scores = W x + b` for an image `x` written as one long vector.

    The model returns raw scores (logits). It is called softmax classifier because of the loss it is trained with:
    cross-entropy turns the scores into probabilities itself.

    Args:
        im_size: (C, H, W), channels, height and width of an image in pixels; any size.
        n_classes: how many classes there are.
    Source: handout, section 1.1; CS231n notes, linear classification.
    """

    def __init__(self, im_size: tuple[int, int, int], n_classes: int):
        super().__init__()
        channels, height, width = im_size
        # Task 1.1: Softmax classifier, 10 points, about 3 lines. Check it with: pytest checks/test_softmax.py
        raise NotImplementedError("Task 1.1: Softmax.__init__ is not written yet")

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Class scores of a batch of images.

        Args:
            images: (N, C, H, W), in the dtype of the model: float32, or float64 after `model.double()`.
        Returns: (N, n_classes) raw scores, not probabilities, in the dtype of the model.
        """
        # Task 1.1: Softmax classifier, 10 points, about 3 lines. Check it with: pytest checks/test_softmax.py
        raise NotImplementedError("Task 1.1: Softmax.forward is not written yet")
