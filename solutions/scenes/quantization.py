"""A trained network in eight-bit integers: part 3, task 3.9.

Which API, and why. `torch.ao.quantization` (eager and FX mode) and torch's quantized dtypes (`quint8`, `qint8`)
are deprecated and announced for removal; their successor, torchao, is a package of its own that follows single
torch releases. Both rest on one operation, which torch 2.6 and all later releases have, on every processor, for
plain int8 tensors: `torch._int_mm`, the product of two int8 matrices in int32. So the layers below are written
around it. On processors with int8 instructions it is several times as fast as the float32 product.

The arithmetic (Jacob et al. 2018, "Quantization and training of neural networks for efficient integer-arithmetic-
only inference"): a real number x is stored as the integer q, x = scale * (q - zero_point). Weights have one scale
for each output channel and zero point 0; the inputs of a layer have one scale and one zero point, taken from the
smallest and largest value in the calibration batches. Then, with integers q of the inputs and v of the weights,

    sum_k x_k w_k = scale_x * scale_w * (sum_k q_k v_k  -  zero_point * sum_k v_k),

and the last term does not depend on the image: it is worked out once and goes into the bias.
"""

import copy
from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import nn

INT8_LOW, INT8_HIGH = -128, 127


def quantize(model: nn.Module, calibration_batches: Iterable) -> nn.Module:
    """Copy a network with every convolution and linear layer in int8, weights and activations.

    Args:
        model: a trained network with `nn.Conv2d` or `nn.Linear` layers; it is left as it was, its mode too.
        calibration_batches: a few batches of typical images (N, C, H, W), or of (images, labels); they show the
            range of values that each layer meets.
    Returns:
        a network in eval mode, for inference only: same call, same layers apart from the quantized ones, about a
        quarter of the bytes in its `state_dict`.
    Raises:
        ValueError: there are no batches, or no layer that could be quantized.
    """
    ### BEGIN SOLUTION 3.9 quantize
    network = copy.deepcopy(model).eval().requires_grad_(False)
    ranges = measure_ranges(network, calibration_batches)
    if not ranges:
        raise ValueError("nothing to quantize: no nn.Conv2d or nn.Linear met a calibration batch")
    for layer in list(network.modules()):
        for name, child in layer.named_children():
            if child in ranges:
                setattr(layer, name, quantized_layer(child, *ranges[child]))
    return quantized_layer(network, *ranges[network]) if network in ranges else network
    ### END SOLUTION


def measure_ranges(network: nn.Module, batches: Iterable) -> dict[nn.Module, tuple[float, float]]:
    """Smallest and largest input value of every layer that can be quantized.

    Args:
        network: in eval mode; unchanged afterwards.
        batches: of images (N, C, H, W), or of (images, labels).
    Returns:
        (low, high) for each `nn.Conv2d` and `nn.Linear` that was called; 0 is always inside.
    """
    ### BEGIN SOLUTION 3.9 measure_ranges
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
    ### END SOLUTION


def quantized_layer(layer: nn.Module, low: float, high: float) -> nn.Module:
    """The int8 version of one layer.

    Args:
        layer: an `nn.Conv2d` or `nn.Linear`.
        low: smallest input value, at most 0.
        high: largest input value, at least 0.
    Returns:
        a module that can stand in the layer's place.
    """
    ### BEGIN SOLUTION 3.9 quantized_layer
    kind = QuantizedConv2d if isinstance(layer, nn.Conv2d) else QuantizedLinear
    return kind(layer, low, high)
    ### END SOLUTION


class QuantizedLayer(nn.Module):
    """What both kinds of layer share: integers for the weight, a scale and an offset for each output channel.

    Attributes (buffers, so that they are saved in the `state_dict`):
        weight: (out, K) int8, K products for each output.
        input_scale, input_zero_point: 0-dim; how inputs become integers.
        output_scale, offset: (out,) float32; how int32 sums become outputs.
    """

    def __init__(self, layer: nn.Module, low: float, high: float):
        super().__init__()
        ### BEGIN SOLUTION 3.9 QuantizedLayer.__init__
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
        ### END SOLUTION

    def to_integers(self, values: torch.Tensor) -> torch.Tensor:
        """Round inputs to the layer's 256 levels; what lies outside of the calibrated range becomes its end.

        Args:
            values: floating point, any shape.
        Returns:
            int8 of the same shape.
        """
        ### BEGIN SOLUTION 3.9 QuantizedLayer.to_integers
        levels = torch.round(values / self.input_scale) + self.input_zero_point
        return levels.clamp_(INT8_LOW, INT8_HIGH).to(torch.int8)
        ### END SOLUTION

    def to_real(self, sums: torch.Tensor, scale: torch.Tensor, offset: torch.Tensor) -> torch.Tensor:
        """Turn integer sums into real outputs.

        Args:
            sums: int32 sums of products.
            scale: floating point, broadcast over `sums`.
            offset: floating point, broadcast over `sums`.
        Returns:
            sums * scale + offset, in the dtype of `scale`.
        """
        return sums.to(scale.dtype).mul_(scale).add_(offset)


class QuantizedLinear(QuantizedLayer):
    """`nn.Linear` in int8."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Multiply in integers.

        Args:
            x: (..., in_features) floating point.
        Returns:
            (..., out_features) floating point.
        """
        ### BEGIN SOLUTION 3.9 QuantizedLinear.forward
        rows = self.to_integers(x).reshape(-1, x.shape[-1])
        sums = integer_product(rows, self.weight.t())
        return self.to_real(sums, self.output_scale, self.offset).reshape(*x.shape[:-1], -1)
        ### END SOLUTION


class QuantizedConv2d(QuantizedLayer):
    """`nn.Conv2d` in int8: patches as columns, then one product of matrices for each group."""

    def __init__(self, layer: nn.Conv2d, low: float, high: float):
        super().__init__(layer, low, high)
        ### BEGIN SOLUTION 3.9 QuantizedConv2d.__init__
        self.kernel_size, self.stride, self.dilation = layer.kernel_size, layer.stride, layer.dilation
        self.groups = layer.groups
        self.padding = border_widths(layer)
        self.padding_mode = "constant" if layer.padding_mode == "zeros" else layer.padding_mode
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Convolve in integers.

        Args:
            x: (N, C, H, W) floating point.
        Returns:
            (N, out_channels, H', W') floating point.
        """
        ### BEGIN SOLUTION 3.9 QuantizedConv2d.forward
        # Padded as real numbers, so that a border of 0 becomes the zero point and not the integer 0.
        images = self.to_integers(F.pad(x, self.padding, mode=self.padding_mode))
        patches = self.patches(images)  # (C, kh, kw, N, H', W')
        columns = patches.reshape(self.groups, -1, patches[0, 0, 0].numel())  # (groups, K, N*H'*W')
        weights = self.weight.unflatten(0, (self.groups, -1))  # (groups, out/groups, K)
        sums = [integer_product(rows, cols) for rows, cols in zip(weights, columns)]
        scales, offsets = self.output_scale.reshape(self.groups, -1, 1), self.offset.reshape(self.groups, -1, 1)
        outputs = torch.cat([self.to_real(*group) for group in zip(sums, scales, offsets)])  # (out, N*H'*W')
        return outputs.unflatten(1, patches.shape[3:]).transpose(0, 1)
        ### END SOLUTION

    def patches(self, images: torch.Tensor) -> torch.Tensor:
        """Every pixel under every position of the kernel, as a view.

        Args:
            images: (N, C, H, W) int8, already padded.
        Returns:
            (C, kh, kw, N, H', W') int8.
        """
        ### BEGIN SOLUTION 3.9 QuantizedConv2d.patches
        n, c, *sides = images.shape
        span = [step * (kernel - 1) for step, kernel in zip(self.dilation, self.kernel_size)]
        out = [(side - reach - 1) // stride + 1 for side, reach, stride in zip(sides, span, self.stride)]
        to_image, to_channel, *to_pixel = images.stride()
        within = [step * jump for step, jump in zip(self.dilation, to_pixel)]
        between = [stride * jump for stride, jump in zip(self.stride, to_pixel)]
        return images.as_strided((c, *self.kernel_size, n, *out), (to_channel, *within, to_image, *between))
        ### END SOLUTION


def border_widths(layer: nn.Conv2d) -> tuple[int, int, int, int]:
    """Padding of a convolution, as `F.pad` wants it.

    Args:
        layer: its padding may be a number, a pair, "same" or "valid".
    Returns:
        (left, right, top, bottom), in pixels.
    """
    ### BEGIN SOLUTION 3.9 border_widths
    if layer.padding == "same":
        totals = [step * (kernel - 1) for step, kernel in zip(layer.dilation, layer.kernel_size)]
        before = [total // 2 for total in totals]
        return before[1], totals[1] - before[1], before[0], totals[0] - before[0]
    rows, columns = (0, 0) if layer.padding == "valid" else layer.padding
    return columns, columns, rows, rows
    ### END SOLUTION


def integer_product(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Product of two int8 matrices, summed in 32 bits: in 8 bits the sums would wrap around.

    Args:
        left: (M, K) int8.
        right: (K, N) int8.
    Returns:
        (M, N) int32.
    """
    if left.is_cpu:
        return torch._int_mm(left, right)
    # CUDA's int8 product takes only some shapes; float64 holds these sums exactly.
    return (left.double() @ right.double()).to(torch.int32)
