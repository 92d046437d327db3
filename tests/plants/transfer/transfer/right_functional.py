"""Heads as plain functions in a table, the trunk called stage by stage; modes restored through a forward pre-hook.

replaces: resnet_heads.py
"""

import torch
import torch.nn as nn
from torchvision.models import ResNet18_Weights, resnet18


class Resnet18WithHead(nn.Module):
    def __init__(self, stages, head, frozen):
        super().__init__()
        self.stages = nn.ModuleList(stages)
        self.head = head
        self.frozen = frozen
        for stage in self.stages:
            for parameter in stage.parameters():
                parameter.requires_grad = not frozen

    def forward(self, x):
        for stage in self.stages:
            x = stage(x)
        return self.head(x)

    def train(self, mode=True):
        super().train(mode)
        for module in self.stages.modules() if self.frozen else []:
            module.training = False
        return self


def flat(*layers):
    return nn.Sequential(nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), *layers)


def convolutional(width, n_classes):
    return nn.Sequential(
        nn.Conv2d(width, 64, kernel_size=1), nn.ReLU(), nn.MaxPool2d(2), *flat(nn.Linear(64, n_classes))
    )


def build(head, n_classes, frozen=True, pretrained=False):
    net = resnet18(weights=ResNet18_Weights.IMAGENET1K_V1) if pretrained else resnet18()
    early = [net.conv1, net.bn1, net.relu, net.maxpool, net.layer1]
    middle = [*early, net.layer2, net.layer3]
    everything = [*middle, net.layer4, net.avgpool, torch.nn.Flatten(1)]
    parts = {
        "softmax": (everything, nn.Linear(512, n_classes)),
        "twolayernn": (everything, nn.Sequential(nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, n_classes))),
        "convnet": (middle, convolutional(256, n_classes)),
        "mymodel": (early, convolutional(64, n_classes)),
        "finetune": ([*everything, net.fc], nn.Linear(1000, n_classes)),
    }
    stages, top = parts[head]
    model = Resnet18WithHead(stages, top, frozen)
    model.train()
    return model
