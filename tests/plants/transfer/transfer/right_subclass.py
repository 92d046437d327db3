"""A subclass of torchvision's ResNet whose unused layers become Identity; the head sits in the average pool or fc.

replaces: resnet_heads.py
"""

from torch import nn
from torchvision.models import ResNet18_Weights
from torchvision.models.resnet import BasicBlock, ResNet


class Headed(ResNet):
    def __init__(self, head, n_classes, frozen, pretrained):
        super().__init__(BasicBlock, [2, 2, 2, 2])
        if pretrained:
            self.load_state_dict(ResNet18_Weights.DEFAULT.get_state_dict(progress=False, check_hash=True))
        if frozen:
            for parameter in self.parameters():
                parameter.requires_grad = False
        self.fixed = [layer for layer in self.modules() if frozen and isinstance(layer, nn.BatchNorm2d)]
        if head == "softmax":
            self.fc = nn.Linear(512, n_classes)
        elif head == "twolayernn":
            self.fc = nn.Sequential(nn.Linear(512, 100), nn.ReLU(), nn.Linear(100, n_classes))
        elif head == "finetune":
            self.fc = nn.Sequential(self.fc, nn.ReLU(), nn.Linear(1000, n_classes))
        elif head == "convnet":
            self.layer4 = nn.Sequential(nn.Conv2d(256, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
            self.fc = nn.Linear(64, n_classes)
        elif head == "mymodel":
            self.layer2 = nn.Sequential(nn.Conv2d(64, 128, 3, stride=4, padding=1), nn.ReLU())
            self.layer3 = self.layer4 = nn.Identity()
            self.fc = nn.Linear(128, n_classes)
        else:
            raise ValueError(head)
        self.train()

    def train(self, mode=True):
        super().train(mode)
        for layer in getattr(self, "fixed", []):
            layer.eval()
        return self


def build(head, n_classes, frozen=True, pretrained=False):
    return Headed(head, n_classes, frozen, pretrained)
