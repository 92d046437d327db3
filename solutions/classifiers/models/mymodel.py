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
        ### BEGIN SOLUTION 1.4 MyModel.__init__
        width = hidden_dim
        self.trunk = nn.Sequential(
            convolution(im_size[0], width, kernel_size),
            convolution(width, 2 * width, kernel_size),
            nn.MaxPool2d(2),
            Residual(2 * width, kernel_size),
            convolution(2 * width, 4 * width, kernel_size),
            nn.MaxPool2d(2),
            Residual(4 * width, kernel_size),
            # Pooling whatever is left makes the last layer independent of the image's size.
            nn.AdaptiveMaxPool2d(1),
            nn.Flatten(),
        )
        self.scores = nn.Linear(4 * width, n_classes)
        ### END SOLUTION

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Class scores of a batch of images.

        Args:
            images: (N, C, H, W), in the dtype of the model: float32, or float64 after `model.double()`.
        Returns: (N, n_classes) raw scores, not probabilities, in the dtype of the model.
        """
        ### BEGIN SOLUTION 1.4 MyModel.forward
        return self.scores(self.trunk(images))
        ### END SOLUTION


### BEGIN SOLUTION 1.4 helpers
def convolution(channels_in: int, channels_out: int, kernel_size: int) -> nn.Sequential:
    """A convolution that keeps the image's size, batch norm and ReLU."""
    # Batch norm adds a bias of its own, so the convolution needs none.
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, kernel_size, padding="same", bias=False), nn.BatchNorm2d(channels_out), nn.ReLU()
    )


class Residual(nn.Module):
    """Two convolutions whose result is added to their input (He et al. 2016)."""

    def __init__(self, channels: int, kernel_size: int):
        super().__init__()
        self.body = nn.Sequential(convolution(channels, channels, kernel_size), convolution(channels, channels, kernel_size))

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """The maps plus what two convolutions add to them; the shape stays the same."""
        return maps + self.body(maps)


### END SOLUTION
