"""Pool and flattening moved into the Sequentials, the last layer built apart.

replaces: my_alexnet.py
"""

from torch import nn
from torchvision import models


class MyAlexNet(nn.Module):
    def __init__(self, pretrained: bool = False):
        super().__init__()
        base = models.alexnet(weights=models.AlexNet_Weights.DEFAULT if pretrained else None)
        frozen = [*base.features, base.avgpool, nn.Flatten(), *list(base.classifier)[:-1]]
        for layer in frozen:
            for parameter in layer.parameters(recurse=True):
                parameter.requires_grad_(False)
        self.cnn_layers = nn.Sequential(*frozen[:14])
        self.fc_layers = nn.Sequential(*frozen[14:], nn.Linear(4096, 15))
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x):
        return self.fc_layers(self.cnn_layers(x[:, [0, 0, 0]]))
