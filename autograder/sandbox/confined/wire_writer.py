"""Values into the JSON and the buffers of a frame, as far as they fit; what does not is named instead."""

import math
from typing import Any
from collections.abc import Callable

import numpy as np
import torch

from .bounds import DEPTH_LIMIT, DIMENSIONS_LIMIT, INT_LIMIT, SIDE_LIMIT, Bounds
from .wire_values import ARRAY_DTYPES, TORCH_DTYPES, WHAT_LIMIT, Remote, WireError


class Writer:
    """Turns values into JSON and buffers while they fit."""

    def __init__(self, keep: Callable[[Any], Remote] | None, bounds: Bounds):
        self.keep, self.bounds = keep, bounds
        self.buffers: list = []

    def encode(self, value: Any, depth: int) -> Any:
        """The JSON that stands for a value."""
        if depth > DEPTH_LIMIT:
            raise WireError(f"values nested deeper than {DEPTH_LIMIT}")
        kind = type(value)
        if not self.bounds.take_items(1):
            raise WireError("it holds more values than an answer can need")
        if value is None or kind is bool:
            return value
        if kind is str:
            return value if self.bounds.take_characters(len(value)) else opaque(f"a text of {len(value)} characters")
        if kind is int:
            return value if -INT_LIMIT <= value < INT_LIMIT else opaque(f"a whole number of {value.bit_length()} bits")
        if kind is float:
            return value if math.isfinite(value) else {"kind": "float", "text": str(value)}
        if kind in (list, tuple, torch.Size, dict):
            return self._encode_many(value, depth)
        if kind in (bytes, bytearray):
            return self._buffer(value, len(value), {"kind": "bytes", "size": len(value)}, f"{len(value)} bytes")
        if kind is Remote:
            return {"kind": "remote", "handle": value.handle, "type": value.type_name}
        if kind is torch.dtype:
            return {"kind": "dtype", "name": str(value).removeprefix("torch.")}
        if isinstance(value, np.generic):
            return self._encode_numpy_scalar(value, depth)
        if issubclass(kind, torch.Tensor):  # not isinstance: a class may claim to be another, and torch would believe it and crash
            return self._encode_tensor(value)
        if kind is np.ndarray and value.dtype.name in ARRAY_DTYPES:
            return self._encode_array(value)
        if self.keep is None:
            raise WireError(
                f"a {kind.__name__} cannot travel to the sandbox; hand over plain values, arrays or tensors, or let a service "
                "build it there (docs/authoring.md)"
            )
        kept = self.keep(value)
        return {"kind": "remote", "handle": kept.handle, "type": kept.type_name}

    def _encode_many(self, value: Any, depth: int) -> Any:
        if len(value) > self.bounds.items:
            return opaque(f"a {type(value).__name__} of {len(value)} values")
        if type(value) is list:
            return [self.encode(item, depth + 1) for item in value]
        if type(value) is dict:
            return {"kind": "dict", "items": [[self.encode(part, depth + 1) for part in pair] for pair in value.items()]}
        return {"kind": "tuple", "items": [self.encode(item, depth + 1) for item in value]}

    def _encode_numpy_scalar(self, value: np.generic, depth: int) -> Any:
        plain = np.asarray(value).item()
        if isinstance(plain, np.generic):  # a longdouble has no counterpart in Python
            return opaque(f"a numpy {type(value).__name__}")
        return self.encode(plain, depth + 1)

    def _encode_tensor(self, tensor: torch.Tensor) -> dict:
        if type(tensor) is not torch.Tensor:  # Parameter, Buffer, tv_tensors and other honest subclasses
            with torch._C.DisableTorchFunctionSubclass():
                tensor = tensor.detach().as_subclass(torch.Tensor)
        name = str(tensor.dtype).removeprefix("torch.")
        if name not in TORCH_DTYPES or tensor.layout is not torch.strided or tensor.is_meta:
            layout = "meta" if tensor.is_meta else str(tensor.layout).removeprefix("torch.")
            return opaque(f"a {layout} tensor of dtype {name}")
        shape = list(tensor.shape)
        if not self._takes(shape, tensor.numel()):  # before anything is copied: a view may show more than there is memory
            return opaque(f"a tensor of dtype {name} and shape {tuple(shape)}, too large to be looked at")
        plain = tensor.detach().resolve_conj().resolve_neg().cpu().contiguous().reshape(-1)
        self.buffers.append(plain.view(torch.uint8).numpy().data if plain.numel() else b"")
        return {"kind": "tensor", "dtype": name, "shape": shape}

    def _encode_array(self, array: np.ndarray) -> dict:
        name, shape = array.dtype.name, list(array.shape)
        if not self._takes(shape, array.size):
            return opaque(f"an array of dtype {name} and shape {tuple(shape)}, too large to be looked at")
        plain = np.ascontiguousarray(array, dtype=ARRAY_DTYPES[name])  # big-endian arrays have the same name
        self.buffers.append(plain.reshape(-1).view(np.uint8).data)
        return {"kind": "array", "dtype": name, "shape": shape}

    def _takes(self, shape: list[int], count: int) -> bool:
        return len(shape) <= DIMENSIONS_LIMIT and all(side < SIDE_LIMIT for side in shape) and self.bounds.take_elements(count)

    def _buffer(self, data: bytes | bytearray, count: int, header: dict, what: str) -> dict:
        if not self.bounds.take_elements(count):
            return opaque(what)
        self.buffers.append(data)
        return header


def opaque(what: str) -> dict:
    """The JSON of a value that is only named."""
    return {"kind": "opaque", "what": what[:WHAT_LIMIT]}
