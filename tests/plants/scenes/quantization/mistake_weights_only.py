"""Only the weights are integers; inputs and products stay floating point.

replaces: quantization.py
message: activations are still floating point
"""

import copy
from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import nn

INT8_LOW, INT8_HIGH = -128, 127


def quantize(model: nn.Module, calibration_batches: Iterable) -> nn.Module:
    network = copy.deepcopy(model).eval().requires_grad_(False)
    ranges = measure_ranges(network, calibration_batches)
    if not ranges:
        raise ValueError("nothing to quantize: no nn.Conv2d or nn.Linear met a calibration batch")
    for layer in list(network.modules()):
        for name, child in layer.named_children():
            if child in ranges:
                setattr(layer, name, quantized_layer(child, *ranges[child]))
    return quantized_layer(network, *ranges[network]) if network in ranges else network


def measure_ranges(network: nn.Module, batches: Iterable) -> dict[nn.Module, tuple[float, float]]:
    ranges = {}

    def record(layer, inputs):
        low, high = ranges.get(layer, (0.0, 0.0))
        ranges[layer] = (min(low, inputs[0].min().item()), max(high, inputs[0].max().item()))

    layers = [layer for layer in network.modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]
    hooks = [layer.register_forward_pre_hook(record) for layer in layers]
    with torch.no_grad():
        for batch in batches:
            network(batch[0] if isinstance(batch, (tuple, list)) else batch)
    for hook in hooks:
        hook.remove()
    return ranges


def quantized_layer(layer: nn.Module, low: float, high: float) -> nn.Module:
    kind = QuantizedConv2d if isinstance(layer, nn.Conv2d) else QuantizedLinear
    return kind(layer, low, high)


class QuantizedLayer(nn.Module):
    def __init__(self, layer: nn.Module, low: float, high: float):
        super().__init__()
        rows = layer.weight.detach().flatten(1)  # (out, K)
        weight_scale = rows.abs().amax(dim=1).clamp_min(1e-12) / INT8_HIGH
        weight = torch.round(rows / weight_scale[:, None]).to(torch.int8)
        self.register_buffer("weight", weight)
        self.register_buffer("weight_scale", weight_scale)
        self.register_buffer("bias", rows.new_zeros(len(rows)) if layer.bias is None else layer.bias.detach().clone())


class QuantizedLinear(QuantizedLayer):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x, self.weight.float() * self.weight_scale[:, None], self.bias)


class QuantizedConv2d(QuantizedLayer):
    def __init__(self, layer: nn.Conv2d, low: float, high: float):
        super().__init__(layer, low, high)
        self.kernel_size, self.stride, self.dilation = layer.kernel_size, layer.stride, layer.dilation
        self.groups, self.shape = layer.groups, layer.weight.shape
        self.padding = border_widths(layer)
        self.padding_mode = "constant" if layer.padding_mode == "zeros" else layer.padding_mode

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        weight = (self.weight.float() * self.weight_scale[:, None]).reshape(self.shape)
        padded = F.pad(x, self.padding, mode=self.padding_mode)
        return F.conv2d(padded, weight, self.bias, self.stride, 0, self.dilation, self.groups)


def border_widths(layer: nn.Conv2d) -> tuple[int, int, int, int]:
    if layer.padding == "same":
        totals = [step * (kernel - 1) for step, kernel in zip(layer.dilation, layer.kernel_size)]
        before = [total // 2 for total in totals]
        return before[1], totals[1] - before[1], before[0], totals[0] - before[0]
    rows, columns = (0, 0) if layer.padding == "valid" else layer.padding
    return columns, columns, rows, rows
