"""The trunk of four heads leaves out the max-pool of the stem.

replaces: resnet_heads.py
message: max-pool of the stem was left out
"""

import torch
from torch import nn
from torchvision.models import ResNet18_Weights, resnet18

HEADS = ("softmax", "twolayernn", "convnet", "mymodel", "finetune")


class TransferNet(nn.Module):
    def __init__(self, trunk: nn.Module, head: nn.Module, frozen: bool):
        super().__init__()
        self.trunk, self.head, self.frozen = trunk, head, frozen
        if frozen:
            trunk.requires_grad_(False)
        self.train()

    def train(self, mode: bool = True) -> "TransferNet":
        super().train(mode)
        if self.frozen:
            self.trunk.eval()
        return self

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.head(self.trunk(images))


def build(head: str, n_classes: int, frozen: bool = True, pretrained: bool = False) -> nn.Module:
    if head not in HEADS:
        raise ValueError(f"head is one of {', '.join(HEADS)}, not {head!r}")
    resnet = load_resnet18(pretrained)
    depth = {"convnet": 3, "mymodel": 1}.get(head, 4)
    trunk = resnet if head == "finetune" else cut(resnet, depth)
    return TransferNet(trunk, HEAD_MAKERS[head](n_classes), frozen)


def cut(resnet: nn.Module, depth: int) -> nn.Sequential:
    stem = [resnet.conv1, resnet.bn1, resnet.relu]
    stages = [resnet.layer1, resnet.layer2, resnet.layer3, resnet.layer4][:depth]
    end = [resnet.avgpool, nn.Flatten()] if depth == 4 else []
    return nn.Sequential(*stem, *stages, *end)


def softmax_head(n_classes: int) -> nn.Module:
    return nn.Linear(512, n_classes)


def twolayernn_head(n_classes: int) -> nn.Module:
    return nn.Sequential(nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, n_classes))


def convnet_head(n_classes: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(256, 128, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.AdaptiveAvgPool2d(2),
        nn.Flatten(),
        nn.Linear(128 * 2 * 2, n_classes),
    )


def mymodel_head(n_classes: int) -> nn.Module:
    def block(in_channels: int, out_channels: int) -> list[nn.Module]:
        convolution = nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=2, padding=1, bias=False)
        return [convolution, nn.BatchNorm2d(out_channels), nn.ReLU()]

    pool = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2)]
    return nn.Sequential(*block(64, 96), *block(96, 128), *block(128, 192), *pool, nn.Linear(192, n_classes))


def finetune_head(n_classes: int) -> nn.Module:
    return nn.Linear(1000, n_classes)


HEAD_MAKERS = {
    "softmax": softmax_head,
    "twolayernn": twolayernn_head,
    "convnet": convnet_head,
    "mymodel": mymodel_head,
    "finetune": finetune_head,
}


def load_resnet18(pretrained: bool) -> nn.Module:
    if not pretrained:
        return resnet18(weights=None)
    weights = ResNet18_Weights.DEFAULT
    try:
        return resnet18(weights=weights)
    except (OSError, RuntimeError) as error:
        raise RuntimeError(
            f"ResNet-18's weights could not be downloaded ({error}): fetch {weights.url} elsewhere and put the file "
            f"into {torch.hub.get_dir()}/checkpoints, or use pretrained=False."
        ) from None
