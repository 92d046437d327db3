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
    # Task 3.9: Eight-bit integers, 18 points, about 65 lines. Check it with: pytest checks/test_quantization.py
    raise NotImplementedError("Task 3.9: quantize is not written yet")


def measure_ranges(network: nn.Module, batches: Iterable) -> dict[nn.Module, tuple[float, float]]:
    """Smallest and largest input value of every layer that can be quantized.

    Args:
        network: in eval mode; unchanged afterwards.
        batches: of images (N, C, H, W), or of (images, labels).
    Returns:
        (low, high) for each `nn.Conv2d` and `nn.Linear` that was called; 0 is always inside.
    """
    # Task 3.9: Eight-bit integers, 18 points, about 65 lines. Check it with: pytest checks/test_quantization.py
    raise NotImplementedError("Task 3.9: measure_ranges is not written yet")


def quantized_layer(layer: nn.Module, low: float, high: float) -> nn.Module:
    """The int8 version of one layer.

    Args:
        layer: an `nn.Conv2d` or `nn.Linear`.
        low: smallest input value, at most 0.
        high: largest input value, at least 0.
    Returns:
        a module that can stand in the layer's place.
    """
    # Task 3.9: Eight-bit integers, 18 points, about 65 lines. Check it with: pytest checks/test_quantization.py
    raise NotImplementedError("Task 3.9: quantized_layer is not written yet")


class QuantizedLayer(nn.Module):
    """What both kinds of layer share: integers for the weight, a scale and an offset for each output channel.

    Attributes (buffers, so that they are saved in the `state_dict`):
        weight: (out, K) int8, K products for each output.
        input_scale, input_zero_point: 0-dim; how inputs become integers.
        output_scale, offset: (out,) float32; how int32 sums become outputs.
    """

    def __init__(self, layer: nn.Module, low: float, high: float):
        super().__init__()
        # Task 3.9: Eight-bit integers, 18 points, about 65 lines. Check it with: pytest checks/test_quantization.py
        raise NotImplementedError("Task 3.9: QuantizedLayer.__init__ is not written yet")

    def to_integers(self, values: torch.Tensor) -> torch.Tensor:
        """Round inputs to the layer's 256 levels; what lies outside of the calibrated range becomes its end.

        Args:
            values: floating point, any shape.
        Returns:
            int8 of the same shape.
        """
        # Task 3.9: Eight-bit integers, 18 points, about 65 lines. Check it with: pytest checks/test_quantization.py
        raise NotImplementedError("Task 3.9: QuantizedLayer.to_integers is not written yet")

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
        # Task 3.9: Eight-bit integers, 18 points, about 65 lines. Check it with: pytest checks/test_quantization.py
        raise NotImplementedError("Task 3.9: QuantizedLinear.forward is not written yet")


class QuantizedConv2d(QuantizedLayer):
    """`nn.Conv2d` in int8: patches as columns, then one product of matrices for each group."""

    def __init__(self, layer: nn.Conv2d, low: float, high: float):
        super().__init__(layer, low, high)
        # Task 3.9: Eight-bit integers, 18 points, about 65 lines. Check it with: pytest checks/test_quantization.py
        raise NotImplementedError("Task 3.9: QuantizedConv2d.__init__ is not written yet")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Convolve in integers.

        Args:
            x: (N, C, H, W) floating point.
        Returns:
            (N, out_channels, H', W') floating point.
        """
        # Task 3.9: Eight-bit integers, 18 points, about 65 lines. Check it with: pytest checks/test_quantization.py
        raise NotImplementedError("Task 3.9: QuantizedConv2d.forward is not written yet")

    def patches(self, images: torch.Tensor) -> torch.Tensor:
        """Every pixel under every position of the kernel, as a view.

        Args:
            images: (N, C, H, W) int8, already padded.
        Returns:
            (C, kh, kw, N, H', W') int8.
        """
        # Task 3.9: Eight-bit integers, 18 points, about 65 lines. Check it with: pytest checks/test_quantization.py
        raise NotImplementedError("Task 3.9: QuantizedConv2d.patches is not written yet")


def border_widths(layer: nn.Conv2d) -> tuple[int, int, int, int]:
    """Padding of a convolution, as `F.pad` wants it.

    Args:
        layer: its padding may be a number, a pair, "same" or "valid".
    Returns:
        (left, right, top, bottom), in pixels.
    """
    # Task 3.9: Eight-bit integers, 18 points, about 65 lines. Check it with: pytest checks/test_quantization.py
    raise NotImplementedError("Task 3.9: border_widths is not written yet")


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
