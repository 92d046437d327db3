"""The network is itself an nn.Sequential; the flat size comes from a trial run.

replaces: networks.py
"""

import torch
from torch import nn


def initialize(module, scheme):
    layers = [layer for layer in module.modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]
    with torch.no_grad():
        for layer in layers:
            out_features = layer.weight.shape[0] * layer.weight[0][0].numel()
            in_features = layer.weight.numel() // layer.weight.shape[0]
            fans = in_features if scheme == "he" else in_features + out_features
            layer.weight.copy_(torch.randn_like(layer.weight) * (2 / fans) ** 0.5)
            if layer.bias is not None:
                layer.bias.zero_()


class Teacher(nn.Sequential):
    def __init__(self, spec):
        pool = nn.MaxPool2d(2) if spec.pooling == "max" else nn.AvgPool2d(2)
        channels, body = spec.im_size[0], nn.Sequential()
        for number in range(spec.conv_layers):
            filters = spec.first_filters * (1, 2, 4, 8)[number // 4]
            body.add_module(f"conv{number + 1}", nn.Conv2d(channels, filters, 3, padding="same"))
            body.add_module(f"relu{number + 1}", nn.ReLU())
            channels = filters
            if spec.pool_layers > 1 and number + 1 == spec.conv_layers // 2:
                body.add_module("first_pool", pool)
        body.add_module("last_pool", pool)
        flat = body(torch.empty(1, *spec.im_size)).numel()
        head = [nn.Flatten(), nn.Linear(flat, spec.fc_nodes), nn.ReLU(), nn.Linear(spec.fc_nodes, spec.n_classes)]
        super().__init__(*body, *head)
        initialize(self, spec.init)


class Student(nn.Module):
    def __init__(self, spec):
        super().__init__()
        self.inner = Teacher(spec)

    def forward(self, images):
        return self.inner.forward(images)
