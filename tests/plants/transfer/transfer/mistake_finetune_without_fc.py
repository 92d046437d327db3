"""finetune cuts fc off and puts two layers on the 512 features.

replaces: resnet_heads.py
message: fc, ResNet-18's own last layer, is not among them
"""

import torch
import torchvision
from torch import nn
from torchvision.models.feature_extraction import create_feature_extractor

CUTS = {"softmax": "flatten", "twolayernn": "flatten", "convnet": "layer3", "mymodel": "layer1", "finetune": "flatten"}


class Network(nn.Module):
    def __init__(self, trunk, head, frozen):
        super().__init__()
        self.trunk = trunk
        self.head = head
        self.frozen = frozen

    def forward(self, images):
        if self.frozen:
            with torch.no_grad():
                features = self.trunk(images)["out"]
        else:
            features = self.trunk(images)["out"]
        return self.head(features)

    def train(self, mode=True):
        self.training = mode
        self.head.train(mode)
        self.trunk.train(mode and not self.frozen)
        return self


def build(head, n_classes, frozen=True, pretrained=False):
    resnet = torchvision.models.resnet18(weights="DEFAULT" if pretrained else None)
    trunk = create_feature_extractor(resnet, {CUTS[head]: "out"})
    if head == "softmax":
        top = nn.Linear(512, n_classes)
    elif head == "twolayernn":
        top = nn.Sequential(nn.Linear(512, 300), nn.ReLU(), nn.Linear(300, n_classes))
    elif head == "finetune":
        top = nn.Sequential(nn.Linear(512, 256), nn.ReLU(), nn.Dropout(0.5), nn.Linear(256, n_classes))
    else:
        width = {"convnet": 256, "mymodel": 64}[head]
        top = nn.Sequential(
            nn.Conv2d(width, 80, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(80, n_classes),
        )
    for parameter in trunk.parameters():
        parameter.requires_grad_(not frozen)
    return Network(trunk, top, frozen).train()
