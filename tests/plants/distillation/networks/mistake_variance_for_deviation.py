"""The variance is used as standard deviation.

replaces: networks.py
message: the variance was used as standard deviation
"""

import torch
from torch import nn


def initialize(module, scheme):
    for layer in module.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            fan_in = layer.weight[0].numel()
            fan_out = layer.weight[:, 0].numel()
            nn.init.normal_(layer.weight, std=2 / fan_in if scheme == "he" else 2 / (fan_in + fan_out))
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
