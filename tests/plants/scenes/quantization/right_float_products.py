"""Integers in int8 buffers, multiplied by the ordinary layers, where these sums are exact.

replaces: quantization.py
"""

import copy

import torch
import torch.nn.functional as F
from torch import nn


class Int8(nn.Module):
    def __init__(self, layer, largest):
        super().__init__()
        self.options = {}
        if isinstance(layer, nn.Conv2d):
            self.options = {
                "stride": layer.stride,
                "padding": layer.padding,
                "dilation": layer.dilation,
                "groups": layer.groups,
            }
        weight = layer.weight.detach()
        step = weight.abs().flatten(1).max(dim=1).values.clamp(min=1e-9) / 127
        shape = (-1,) + (1,) * (weight.dim() - 1)
        self.register_buffer("weight", (weight / step.view(shape)).round().char())
        self.register_buffer("step", step)
        self.register_buffer("input_step", largest.clamp(min=1e-9) / 127)
        self.register_buffer("bias", torch.zeros(len(weight)) if layer.bias is None else layer.bias.detach().clone())

    def forward(self, x):
        integers = (x / self.input_step).round().clamp(-127, 127).to(torch.int8)
        product = F.conv2d if self.options else F.linear
        sums = product(integers.double(), self.weight.double(), **self.options)
        shape = (1, -1, 1, 1) if self.options else (-1,)
        return sums.float() * (self.step * self.input_step).view(shape) + self.bias.view(shape)


def quantize(model, calibration_batches):
    network = copy.deepcopy(model)
    network.eval()
    largest = {}

    def watch(name):
        def hook(layer, inputs, output):
            largest[name] = torch.maximum(largest.get(name, torch.tensor(0.0)), inputs[0].detach().abs().max())

        return hook

    names = [name for name, layer in network.named_modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]
    hooks = [network.get_submodule(name).register_forward_hook(watch(name)) for name in names]
    with torch.no_grad():
        for batch in calibration_batches:
            network(batch if torch.is_tensor(batch) else batch[0])
    for hook in hooks:
        hook.remove()
    for name in names:
        parent, _, last = name.rpartition(".")
        setattr(network.get_submodule(parent), last, Int8(network.get_submodule(name), largest[name]))
    return network
