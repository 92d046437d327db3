"""The wire format between the grading process and a confined child: strict JSON header, then raw bytes.

A frame is `!II` (header bytes, body bytes), the header as UTF-8 JSON, and the body: the bytes of every tensor, array
and byte string in the order in which the header names them. Nothing is ever pickled, so decoding a frame can build
only plain values and tensors. Scalars and lists travel as JSON; everything else is an object with a `kind`.
"""
import json
import math
import struct
from typing import Any
from collections.abc import Callable

import numpy as np
import torch

PREFIX = struct.Struct("!II")
HEADER_LIMIT_BYTES = 1 << 20
DEPTH_LIMIT = 32
INT_LIMIT = 1 << 63
INT_LIMIT_BITS = 3000       # longer numbers are named, not sent: nobody judges 900 digits

TORCH_DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64, torch.complex128,
        torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.bool,
    )
}
ARRAY_DTYPES = {
    name: np.dtype(name)
    for name in ("float16", "float32", "float64", "complex64", "complex128", "uint8", "uint16", "uint32", "uint64",
                 "int8", "int16", "int32", "int64", "bool")
}


class WireError(ValueError):
    """A frame or a value that does not follow the format; the text says which rule it broke."""


class Remote:
    """An object that stays in the child: its number there and the name of its type, as claimed by the child."""

    __slots__ = ("handle", "type_name")

    def __init__(self, handle: int, type_name: str):
        self.handle = handle
        self.type_name = type_name


def pack(message: dict, keep: Callable[[Any], Remote] | None = None) -> list:
    """Turn a message into the buffers of one frame.

    Args:
        message: the header; its values may hold tensors, arrays, bytes, tuples, dicts and `Remote` objects.
        keep: called with a value that has no plain form; returns the `Remote` that stands for it.
    Raises:
        WireError: a value cannot travel, or the header is too long.
    """
    buffers: list = []
    header = {name: _encode(value, buffers, keep, 0) for name, value in message.items()}
    text = json.dumps(header, allow_nan=False, separators=(",", ":")).encode()
    if len(text) > HEADER_LIMIT_BYTES:
        raise WireError(f"a header of {len(text)} bytes; at most {HEADER_LIMIT_BYTES} are allowed")
    body_bytes = sum(memoryview(buffer).nbytes for buffer in buffers)
    if body_bytes >= 1 << 32:
        raise WireError(f"a body of {body_bytes} bytes does not fit in a frame")
    return [PREFIX.pack(len(text), body_bytes) + text, *buffers]


def unpack(header: bytes, body: bytearray) -> dict:
    """Turn the header and the body of one frame back into a message.

    Raises:
        WireError: the frame breaks a rule; nothing of it is used.
    """
    try:
        message = json.loads(header.decode("utf-8"), object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
        if type(message) is not dict:
            raise WireError("the header is not an object")
        reader = _BodyReader(body)
        decoded = {name: _decode(value, reader, 0) for name, value in message.items()}
    except WireError:
        raise
    except (ValueError, RuntimeError, KeyError, TypeError, OverflowError, MemoryError) as error:    # RuntimeError: torch's
        raise WireError(f"the frame cannot be read ({type(error).__name__})") from None
    if reader.position != len(body):
        raise WireError(f"{len(body) - reader.position} bytes of the body belong to nothing")
    return decoded


def _encode(value: Any, buffers: list, keep: Callable[[Any], Remote] | None, depth: int) -> Any:
    if depth > DEPTH_LIMIT:
        raise WireError(f"values nested deeper than {DEPTH_LIMIT}")
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind is int:
        return _encode_int(value)
    if kind is float:
        return value if math.isfinite(value) else {"kind": "float", "text": str(value)}
    if kind is list:
        return [_encode(item, buffers, keep, depth + 1) for item in value]
    if kind is tuple or kind is torch.Size:
        return {"kind": "tuple", "items": [_encode(item, buffers, keep, depth + 1) for item in value]}
    if kind is dict:
        pairs = [[_encode(part, buffers, keep, depth + 1) for part in pair] for pair in value.items()]
        return {"kind": "dict", "items": pairs}
    if kind in (bytes, bytearray):
        buffers.append(value)
        return {"kind": "bytes", "size": len(value)}
    if kind is Remote:
        return {"kind": "remote", "handle": value.handle, "type": value.type_name}
    if kind is torch.dtype:
        return {"kind": "dtype", "name": str(value).removeprefix("torch.")}
    if isinstance(value, np.generic):
        return _encode_numpy_scalar(value, buffers, keep, depth)
    if issubclass(kind, torch.Tensor):      # not isinstance: a class may claim to be another, and torch would believe it and crash
        return _encode_tensor(value, buffers)
    if kind is np.ndarray and value.dtype.name in ARRAY_DTYPES:
        plain = np.ascontiguousarray(value, dtype=ARRAY_DTYPES[value.dtype.name])     # big-endian arrays have the same name
        buffers.append(plain.reshape(-1).view(np.uint8).data)
        return {"kind": "array", "dtype": value.dtype.name, "shape": list(value.shape)}
    if keep is None:
        raise WireError(f"a {kind.__name__} cannot travel by value")
    return _encode(keep(value), buffers, None, depth + 1)


def _encode_int(value: int) -> int | dict:
    if -INT_LIMIT <= value < INT_LIMIT:
        return value
    if value.bit_length() > INT_LIMIT_BITS:
        return {"kind": "opaque", "what": f"a whole number of {value.bit_length()} bits"}
    return {"kind": "int", "digits": str(value)}


def _encode_numpy_scalar(value: np.generic, buffers: list, keep: Callable[[Any], Remote] | None, depth: int) -> Any:
    plain = np.asarray(value).item()
    if isinstance(plain, np.generic):       # a longdouble has no counterpart in Python
        return {"kind": "opaque", "what": f"a numpy {type(value).__name__[:60]}"}
    return _encode(plain, buffers, keep, depth + 1)


def _encode_tensor(tensor: torch.Tensor, buffers: list) -> dict:
    if type(tensor) is not torch.Tensor:        # Parameter, Buffer, tv_tensors and other honest subclasses
        with torch._C.DisableTorchFunctionSubclass():
            tensor = tensor.detach().as_subclass(torch.Tensor)
    name = str(tensor.dtype).removeprefix("torch.")
    if name not in TORCH_DTYPES or tensor.layout is not torch.strided or tensor.is_meta:
        layout = "meta" if tensor.is_meta else str(tensor.layout).removeprefix("torch.")
        return {"kind": "opaque", "what": f"a {layout} tensor of dtype {name}"}
    plain = tensor.detach().resolve_conj().resolve_neg().cpu().contiguous().reshape(-1)
    buffers.append(plain.view(torch.uint8).numpy().data if plain.numel() else b"")
    return {"kind": "tensor", "dtype": name, "shape": list(tensor.shape)}


class Opaque:
    """A value that exists but cannot be judged by value, such as a sparse tensor; `what` names it."""

    __slots__ = ("what",)

    def __init__(self, what: str):
        self.what = what


class _BodyReader:
    def __init__(self, body: bytearray):
        self.body = body
        self.position = 0

    def take(self, size: int) -> memoryview:
        if size > len(self.body) - self.position:
            raise WireError("the header names more bytes than the body has")
        start, self.position = self.position, self.position + size
        return memoryview(self.body)[start:self.position]


def _decode(value: Any, reader: _BodyReader, depth: int) -> Any:
    if depth > DEPTH_LIMIT:
        raise WireError(f"values nested deeper than {DEPTH_LIMIT}")
    if value is None or type(value) in (bool, str):
        return value
    if type(value) is int:
        if not -INT_LIMIT <= value < INT_LIMIT:
            raise WireError("a number outside 64 bits")
        return value
    if type(value) is float:
        if not math.isfinite(value):
            raise WireError("a number outside float64")
        return value
    if type(value) is list:
        return [_decode(item, reader, depth + 1) for item in value]
    return _decode_kind(value, reader, depth)


def _decode_kind(value: dict, reader: _BodyReader, depth: int) -> Any:
    kind = value["kind"]
    if kind in ("tensor", "array"):
        return _decode_tensor(value, reader) if kind == "tensor" else _decode_array(value, reader)
    if kind == "tuple":
        return tuple(_decode(item, reader, depth + 1) for item in _list(value["items"]))
    if kind == "dict":
        pairs = [(_decode(key, reader, depth + 1), _decode(item, reader, depth + 1)) for key, item in _list(value["items"])]
        return _no_duplicates([pair for pair in pairs if type(pair[0]) in (str, int, bool, float, tuple, type(None))])
    if kind == "bytes":
        return bytes(reader.take(_size(value["size"])))
    if kind == "remote":
        return Remote(_size(value["handle"]), _text(value["type"], 200))
    if kind == "opaque":
        return Opaque(_text(value["what"], 200))
    if kind == "dtype":
        return TORCH_DTYPES[_text(value["name"], 20)]
    if kind == "int":
        return int(_text(value["digits"], 1000))
    if kind == "float":
        return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[_text(value["text"], 4)]
    raise WireError("a value of an unknown kind")


def _decode_tensor(value: dict, reader: _BodyReader) -> torch.Tensor:
    dtype = TORCH_DTYPES[_text(value["dtype"], 20)]
    shape, count = _shape(value["shape"])
    data = reader.take(count * dtype.itemsize)
    if not count:
        return torch.empty(shape, dtype=dtype)
    if dtype is torch.bool and not np.isin(np.frombuffer(data, np.uint8), (0, 1)).all():
        raise WireError("a truth value that is neither 0 nor 1")
    # A copy is needed anyway where the data is not aligned for its type, and it frees the frame's body early.
    return torch.frombuffer(bytearray(data), dtype=dtype).reshape(shape)


def _decode_array(value: dict, reader: _BodyReader) -> np.ndarray:
    dtype = ARRAY_DTYPES[_text(value["dtype"], 20)]
    shape, count = _shape(value["shape"])
    data = reader.take(count * dtype.itemsize)
    if dtype == np.bool_ and not np.isin(np.frombuffer(data, np.uint8), (0, 1)).all():
        raise WireError("a truth value that is neither 0 nor 1")
    return np.frombuffer(bytearray(data), dtype=dtype).reshape(shape)


def _shape(value: Any) -> tuple[list[int], int]:
    sizes = _list(value)
    if len(sizes) > 16:
        raise WireError("a tensor of more than 16 dimensions")
    count = 1
    for size in sizes:
        count *= _size(size)
        if count > 1 << 32:
            raise WireError("a tensor too large for a frame")
    return sizes, count


def _size(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 40:
        raise WireError("a size that is not a small whole number")
    return value


def _text(value: Any, most: int) -> str:
    if type(value) is not str or len(value) > most:
        raise WireError(f"a name that is not a text of at most {most} characters")
    return value


def _list(value: Any) -> list:
    if type(value) is not list:
        raise WireError("a list was expected")
    return value


def _no_duplicates(pairs: list) -> dict:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise WireError("a name that stands twice")
    return result


def _no_constant(name: str) -> None:
    raise WireError(f"{name} is not JSON")
