"""A copy is treated and given back; the module keeps its weights.

replaces: networks.py
message: the module keeps its weights
nothing works: what is given to initialize stays as it was, so that none of its six points can be judged
"""

import copy

import torch
from torch import nn


def initialize(module, scheme):
    module = copy.deepcopy(module)
    for layer in module.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            if scheme == "he":
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            else:
                nn.init.xavier_normal_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


class Teacher(nn.Module):
    def __init__(self, spec):
        super().__init__()
        pool = nn.MaxPool2d if spec.pooling == "max" else nn.AvgPool2d
        pooled_after = {spec.conv_layers} if spec.pool_layers == 1 else {spec.conv_layers // 2, spec.conv_layers}
        channels, height, width = spec.im_size
        layers = []
        for index in range(spec.conv_layers):
            filters = spec.first_filters * 2 ** (index // 4)
            layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU()]
            channels = filters
            if index + 1 in pooled_after:
                layers.append(pool(2))
                height, width = height // 2, width // 2
        self.features = nn.Sequential(*layers)
        self.hidden = nn.Linear(channels * height * width, spec.fc_nodes)
        self.output = nn.Linear(spec.fc_nodes, spec.n_classes)
        initialize(self, spec.init)

    def forward(self, images):
        features = self.features(images).flatten(1)
        return self.output(torch.relu(self.hidden(features)))


class Student(Teacher):
    pass
