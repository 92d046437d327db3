"""A subclass of torchvision's AlexNet; expand instead of repeat.

replaces: my_alexnet.py
"""

from torch import nn
from torchvision.models import AlexNet, AlexNet_Weights


class MyAlexNet(AlexNet):
    def __init__(self, pretrained=False):
        super().__init__()
        if pretrained:
            self.load_state_dict(AlexNet_Weights.IMAGENET1K_V1.get_state_dict(progress=False))
        for parameter in self.parameters():
            parameter.requires_grad = False
        self.classifier[6] = nn.Linear(4096, 15)
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    @property
    def cnn_layers(self):
        return self.features

    @property
    def fc_layers(self):
        return self.classifier

    def forward(self, x):
        return super().forward(x.expand(-1, 3, -1, -1))
