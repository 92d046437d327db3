"""What travels: the dtypes with a plain form, and what stands for values that have none."""

import numpy as np
import torch

WHAT_LIMIT = 200  # characters that name a value

TORCH_DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        torch.float16,
        torch.bfloat16,
        torch.float32,
        torch.float64,
        torch.complex64,
        torch.complex128,
        torch.uint8,
        torch.int8,
        torch.int16,
        torch.int32,
        torch.int64,
        torch.bool,
    )
}
ARRAY_DTYPES = {
    name: np.dtype(name)
    for name in (
        "float16",
        "float32",
        "float64",
        "complex64",
        "complex128",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "int8",
        "int16",
        "int32",
        "int64",
        "bool",
    )
}


class WireError(ValueError):
    """A frame or a value that does not follow the format; the text says which rule it broke."""


class Remote:
    """An object that stays in the child: its number there and the name of its type, as claimed by the child."""

    __slots__ = ("handle", "type_name", "__weakref__")

    def __init__(self, handle: int, type_name: str):
        self.handle = handle
        self.type_name = type_name


class Opaque:
    """A value that exists but cannot be judged by value, such as a sparse tensor or one that is too large; `what` names it."""

    __slots__ = ("what",)

    def __init__(self, what: str):
        self.what = what
