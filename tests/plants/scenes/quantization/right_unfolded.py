"""Symmetric 8 bits, patches with unfold, torch._int_mm; layers swapped by a recursive function.

replaces: quantization.py
"""

import copy

import torch
from torch import nn


class IntegerLinear(nn.Module):
    def __init__(self, weight, bias, reach):
        super().__init__()
        fine = weight.abs().max() / 127
        self.register_buffer("integers", torch.round(weight / fine).to(torch.int8))
        self.register_buffer("fine", fine)
        self.register_buffer("bias", bias)
        self.register_buffer("input_fine", torch.tensor(reach / 127))

    def forward(self, x):
        rounded = torch.round(x / self.input_fine).clamp(-128, 127).to(torch.int8)
        return torch._int_mm(rounded, self.integers.T).to(x.dtype) * (self.fine * self.input_fine) + self.bias


class IntegerConv(nn.Module):
    def __init__(self, conv, reach):
        super().__init__()
        self.unfold = nn.Unfold(conv.kernel_size, conv.dilation, conv.padding, conv.stride)
        self.reach = conv.dilation[0] * (conv.kernel_size[0] - 1) + 1
        self.step, self.pad = conv.stride, conv.padding
        self.linear = IntegerLinear(conv.weight.detach().flatten(1), bias_of(conv), reach)

    def forward(self, x):
        columns = self.unfold(x)
        n, k, places = columns.shape
        outputs = self.linear(columns.transpose(1, 2).reshape(n * places, k))
        height = (x.shape[2] + 2 * self.pad[0] - self.reach) // self.step[0] + 1
        return outputs.reshape(n, height, places // height, -1).permute(0, 3, 1, 2)


def bias_of(layer):
    return torch.zeros(len(layer.weight)) if layer.bias is None else layer.bias.detach()


def swap(module, reach):
    for name, child in module.named_children():
        if isinstance(child, nn.Linear):
            setattr(module, name, IntegerLinear(child.weight.detach(), bias_of(child), reach[child]))
        elif isinstance(child, nn.Conv2d):
            setattr(module, name, IntegerConv(child, reach[child]))
        else:
            swap(child, reach)


def quantize(model, calibration_batches):
    network = copy.deepcopy(model).eval()
    reach = {}

    def remember(layer, arguments):
        reach[layer] = max(reach.get(layer, 1e-6), arguments[0].abs().max().item())

    handles = [layer.register_forward_pre_hook(remember) for layer in network.modules() if hasattr(layer, "weight")]
    with torch.inference_mode():
        for batch in calibration_batches:
            network(batch[0] if isinstance(batch, (list, tuple)) else batch)
    for handle in handles:
        handle.remove()
    swap(network, reach)
    return network
