"""AlexNet with a new last layer for 15 scenes: part 3, task 3.7."""

import torch
from torch import nn
from torchvision.models import AlexNet_Weights, alexnet


class MyAlexNet(nn.Module):
    """torchvision's AlexNet (`load_alexnet` below gives it), of which only a new last layer trains.

    Attributes:
        cnn_layers: AlexNet's convolutional layers, frozen.
        avgpool: AlexNet's adaptive average pool, which makes any input of at least 63x63 px fit.
        fc_layers: AlexNet's classifier; its last layer, which scores 1000 classes, is replaced by a new one for 15.
        loss_criterion: cross-entropy that sums over the batch.
    Freezing means that every other parameter, weight and bias, has `requires_grad` False.
    Source: Krizhevsky, Sutskever & Hinton 2012; torchvision.models.alexnet.
    """

    def __init__(self, pretrained: bool = False):
        """Build the network.

        Args:
            pretrained: whether the frozen layers start from ImageNet's weights (downloaded once, 233 MB). Without
                them nothing is downloaded and the frozen layers are random: enough to check the code, not to
                recognise scenes.
        Raises:
            RuntimeError: the weights cannot be downloaded.
        """
        super().__init__()
        # Task 3.7: AlexNet with a new last layer, 6 points, about 9 lines.
        # Check it with: pytest checks/test_my_alexnet.py
        raise NotImplementedError("Task 3.7: MyAlexNet.__init__ is not written yet")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Score the 15 scenes.

        Args:
            x: (N, 1, H, W) normalised grayscale images, at least 63x63 px, best 224x224; AlexNet wants 3 channels,
                so the one channel stands in for all three.
        Returns:
            (N, 15) scores: raw, no softmax.
        """
        # Task 3.7: AlexNet with a new last layer, 6 points, about 9 lines.
        # Check it with: pytest checks/test_my_alexnet.py
        raise NotImplementedError("Task 3.7: MyAlexNet.forward is not written yet")


def load_alexnet(pretrained: bool) -> nn.Module:
    """torchvision's AlexNet, with ImageNet's weights when asked.

    Args:
        pretrained: whether to download the weights, or take them from torch's cache.
    Returns:
        the network, 1000 classes, everything trainable.
    Raises:
        RuntimeError: the weights cannot be downloaded; says what to do.
    """
    if not pretrained:
        return alexnet(weights=None)
    weights = AlexNet_Weights.DEFAULT
    try:
        return alexnet(weights=weights)
    except (OSError, RuntimeError) as error:
        raise RuntimeError(
            f"AlexNet's weights could not be downloaded ({error}): fetch {weights.url} elsewhere and put the file "
            f"into {torch.hub.get_dir()}/checkpoints, or begin without them: pretrained=False, and no --pretrained for train.py."
        ) from None
