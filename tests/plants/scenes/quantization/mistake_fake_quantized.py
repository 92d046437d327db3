"""Weights are rounded to 256 levels and kept in float32: nothing gets smaller.

replaces: quantization.py
message: as many bytes as before
"""

import copy

import torch
from torch import nn


def quantize(model, calibration_batches):
    network = copy.deepcopy(model).eval()
    with torch.no_grad():
        for layer in network.modules():
            if isinstance(layer, (nn.Conv2d, nn.Linear)):
                scale = layer.weight.abs().max() / 127
                layer.weight.copy_(torch.round(layer.weight / scale) * scale)
    return network
