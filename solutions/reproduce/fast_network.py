"""A network for task 1.4 that learns CIFAR-10 in minutes on two processor cores; instructors only.

After airbench94 (Jordan 2024, "94% on CIFAR-10 in 3.29 seconds on a single A100", arXiv:2404.00498). What makes it quick:
the first layer is computed from the images and not learned, pools come before batch norm and activation, and
convolutions begin as copies of their input.
"""

import torch
from torch import nn

PATCH_PX = 2
# Directions with less variance than this would be blown up into noise.
LEAST_VARIANCE = 5e-4
# Batch norm that follows the weights quickly: there are only some hundred steps.
NORM_MOMENTUM = 0.4


class FastNetwork(nn.Module):
    """Whitened 2x2 patches, then three groups of two convolutions; built like `MyModel` of task 1.4.

    Args:
        im_size: (C, H, W), channels, height and width of an image in pixels; H and W at least 9.
        hidden_dim: filters of the first group; the others have four times as many.
        kernel_size: height and width of a filter in pixels, odd.
        n_classes: how many classes there are.
    """

    def __init__(self, im_size: tuple[int, int, int], hidden_dim: int, kernel_size: int, n_classes: int):
        super().__init__()
        n_patches = 2 * im_size[0] * PATCH_PX**2
        self.whiten = nn.Conv2d(im_size[0], n_patches, PATCH_PX)
        self.whiten.weight.requires_grad = False
        self.groups = nn.Sequential(
            group(n_patches, hidden_dim, kernel_size),
            group(hidden_dim, 4 * hidden_dim, kernel_size),
            group(4 * hidden_dim, 4 * hidden_dim, kernel_size),
        )
        self.scores = nn.Linear(4 * hidden_dim, n_classes, bias=False)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Class scores of a batch of images.

        Args:
            images: (N, C, H, W), prepared.
        Returns: (N, n_classes) raw scores.
        """
        maps = self.groups(nn.functional.gelu(self.whiten(images)))
        # Maxima over whole maps are large; without the factor the first scores would be far too certain.
        return self.scores(maps.amax(dim=(2, 3))) / 9

    @torch.no_grad()
    def whiten_patches_of(self, images: torch.Tensor) -> None:
        """Set the first layer: it turns the patches of these images into uncorrelated numbers of variance 1, both signs.

        Args:
            images: (N, C, H, W) some thousand training images, prepared.
        """
        patches = images.float().unfold(2, PATCH_PX, 1).unfold(3, PATCH_PX, 1)  # (N, C, H', W', 2, 2)
        rows = patches.permute(0, 2, 3, 1, 4, 5).flatten(3).flatten(0, 2)  # (N * H' * W', C * 2 * 2)
        variances, directions = torch.linalg.eigh(rows.T @ rows / len(rows))
        filters = (directions / (variances + LEAST_VARIANCE).sqrt()).T.reshape(-1, *self.whiten.weight.shape[1:])
        self.whiten.weight.copy_(torch.cat([filters, -filters]))
        self.whiten.bias.zero_()


def group(channels_in: int, channels_out: int, kernel_size: int) -> nn.Sequential:
    """Convolution, 2x2 max-pool, batch norm, GELU; the same again without the pool.

    Args:
        channels_in, channels_out: of the maps.
        kernel_size: height and width of a filter in pixels, odd.
    """
    return nn.Sequential(
        convolution(channels_in, channels_out, kernel_size),
        nn.MaxPool2d(2),
        norm(channels_out),
        nn.GELU(),
        convolution(channels_out, channels_out, kernel_size),
        norm(channels_out),
        nn.GELU(),
    )


def convolution(channels_in: int, channels_out: int, kernel_size: int) -> nn.Conv2d:
    """A convolution whose first filters copy the channels of the input, so that nothing is lost at the start.

    Args:
        channels_in, channels_out: of the maps.
        kernel_size: height and width of a filter in pixels, odd.
    """
    layer = nn.Conv2d(channels_in, channels_out, kernel_size, padding="same", bias=False)
    nn.init.dirac_(layer.weight.data[:channels_in])
    return layer


def norm(channels: int) -> nn.BatchNorm2d:
    """Batch norm that learns biases only; the next layer has scales of its own.

    Args:
        channels: of the maps.
    """
    layer = nn.BatchNorm2d(channels, momentum=NORM_MOMENTUM)
    layer.weight.requires_grad = False
    return layer
