"""Asks for weights that would have to be downloaded.

replaces: models/mymodel.py
message: There is no network while your code is graded
nothing works: no model can be built
"""
from torch import nn
from torchvision import models


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        self.net = models.resnet18(weights="DEFAULT")
        self.net.conv1 = nn.Conv2d(im_size[0], 64, 3, padding=1)
        self.net.fc = nn.Linear(512, n_classes)

    def forward(self, images):
        return self.net(images)
