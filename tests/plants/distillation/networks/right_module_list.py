"""A ModuleList and functional calls; weights drawn through Module.apply.

replaces: networks.py
"""

import math
from functools import partial

from torch import nn
from torch.nn import functional


def initialize(module, scheme):
    module.apply(partial(_draw, scheme=scheme))


def _draw(layer, scheme):
    if type(layer) not in (nn.Conv2d, nn.Linear):
        return
    fan_in = layer.weight[0].numel()
    fan_out = layer.weight.shape[0] * layer.weight[0, 0].numel()
    variance = 2 / fan_in if scheme == "he" else 2 / (fan_in + fan_out)
    layer.weight.data.normal_(0, math.sqrt(variance))
    if layer.bias is not None:
        layer.bias.data.fill_(0)


class _Network(nn.Module):
    def __init__(self, spec):
        super().__init__()
        widths = [spec.first_filters << (index // 4) for index in range(spec.conv_layers)]
        inputs = [spec.im_size[0], *widths[:-1]]
        pairs = zip(inputs, widths, strict=True)
        self.convolutions = nn.ModuleList(nn.Conv2d(i, o, (3, 3), (1, 1), "same") for i, o in pairs)
        height, width = (side // 2**spec.pool_layers for side in spec.im_size[1:])
        self.fc1 = nn.Linear(widths[-1] * height * width, spec.fc_nodes)
        self.fc2 = nn.Linear(spec.fc_nodes, spec.n_classes)
        self.pool = functional.max_pool2d if spec.pooling == "max" else functional.avg_pool2d
        self.two_pools = spec.pool_layers == 2
        initialize(self, scheme=spec.init)

    def forward(self, x):
        half = len(self.convolutions) // 2
        for position, convolution in enumerate(self.convolutions, start=1):
            x = functional.relu(convolution(x))
            if self.two_pools and position == half:
                x = self.pool(x, 2, 2)
        x = self.pool(x, 2, 2)
        x = functional.relu(self.fc1(x.view(x.size(0), -1)))
        return self.fc2(x)


class Teacher(_Network):
    pass


class Student(_Network):
    pass
