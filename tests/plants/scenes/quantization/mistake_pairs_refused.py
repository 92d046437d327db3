"""Batches of (images, labels) are an error.

replaces: quantization.py
message: batches of (images, labels)
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
            network(batch)
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
        input_scale = max(high - low, 1e-12) / (INT8_HIGH - INT8_LOW)
        zero_point = round(INT8_LOW - low / input_scale)
        output_scale = weight_scale * input_scale
        offset = -zero_point * weight.sum(dim=1) * output_scale
        if layer.bias is not None:
            offset = offset + layer.bias.detach()
        self.register_buffer("weight", weight)
        self.register_buffer("input_scale", rows.new_tensor(input_scale))
        self.register_buffer("input_zero_point", rows.new_tensor(zero_point))
        self.register_buffer("output_scale", output_scale)
        self.register_buffer("offset", offset)

    def to_integers(self, values: torch.Tensor) -> torch.Tensor:
        levels = torch.round(values / self.input_scale) + self.input_zero_point
        return levels.clamp_(INT8_LOW, INT8_HIGH).to(torch.int8)

    def to_real(self, sums: torch.Tensor, scale: torch.Tensor, offset: torch.Tensor) -> torch.Tensor:
        return sums.to(scale.dtype).mul_(scale).add_(offset)


class QuantizedLinear(QuantizedLayer):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows = self.to_integers(x).reshape(-1, x.shape[-1])
        sums = integer_product(rows, self.weight.t())
        return self.to_real(sums, self.output_scale, self.offset).reshape(*x.shape[:-1], -1)


class QuantizedConv2d(QuantizedLayer):
    def __init__(self, layer: nn.Conv2d, low: float, high: float):
        super().__init__(layer, low, high)
        self.kernel_size, self.stride, self.dilation = layer.kernel_size, layer.stride, layer.dilation
        self.groups = layer.groups
        self.padding = border_widths(layer)
        self.padding_mode = "constant" if layer.padding_mode == "zeros" else layer.padding_mode

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        # Padded as real numbers, so that a border of 0 becomes the zero point and not the integer 0.
        images = self.to_integers(F.pad(x, self.padding, mode=self.padding_mode))
        patches = self.patches(images)  # (C, kh, kw, N, H', W')
        columns = patches.reshape(self.groups, -1, patches[0, 0, 0].numel())  # (groups, K, N*H'*W')
        weights = self.weight.unflatten(0, (self.groups, -1))  # (groups, out/groups, K)
        sums = [integer_product(rows, cols) for rows, cols in zip(weights, columns)]
        scales, offsets = self.output_scale.reshape(self.groups, -1, 1), self.offset.reshape(self.groups, -1, 1)
        outputs = torch.cat([self.to_real(*group) for group in zip(sums, scales, offsets)])  # (out, N*H'*W')
        return outputs.unflatten(1, patches.shape[3:]).transpose(0, 1)

    def patches(self, images: torch.Tensor) -> torch.Tensor:
        n, c, *sides = images.shape
        span = [step * (kernel - 1) for step, kernel in zip(self.dilation, self.kernel_size)]
        out = [(side - reach - 1) // stride + 1 for side, reach, stride in zip(sides, span, self.stride)]
        to_image, to_channel, *to_pixel = images.stride()
        within = [step * jump for step, jump in zip(self.dilation, to_pixel)]
        between = [stride * jump for stride, jump in zip(self.stride, to_pixel)]
        return images.as_strided((c, *self.kernel_size, n, *out), (to_channel, *within, to_image, *between))


def border_widths(layer: nn.Conv2d) -> tuple[int, int, int, int]:
    if layer.padding == "same":
        totals = [step * (kernel - 1) for step, kernel in zip(layer.dilation, layer.kernel_size)]
        before = [total // 2 for total in totals]
        return before[1], totals[1] - before[1], before[0], totals[0] - before[0]
    rows, columns = (0, 0) if layer.padding == "valid" else layer.padding
    return columns, columns, rows, rows


def integer_product(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    if left.is_cpu:
        return torch._int_mm(left, right)
    # CUDA's int8 product takes only some shapes; float64 holds these sums exactly.
    return (left.double() @ right.double()).to(torch.int32)
