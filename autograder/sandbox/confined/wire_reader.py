"""The JSON and the body of a frame back into values; whoever sent it may have forged every byte."""

import json
import math
from typing import Any
from collections.abc import Callable

import numpy as np
import torch

from .bounds import DEPTH_LIMIT, DIMENSIONS_LIMIT, INT_LIMIT, Bounds
from .wire_values import ARRAY_DTYPES, TORCH_DTYPES, WHAT_LIMIT, Opaque, Remote, WireError

NAMES_LIMIT = 16  # of one JSON object; what a student calls things stands in lists, where nothing is looked up
DIGITS_LIMIT = 40  # of a number in JSON: to read a million digits takes seconds
KEYS = (str, int, bool, float, type(None))  # what a dict may be read by: tuples of one hash would cost quadratic time


def parse(header: bytes) -> dict:
    """The JSON of a header.

    Raises:
        ValueError: it is none, or holds what no sender of ours writes.
    """
    message = _DECODER.decode(header.decode("utf-8"))
    if type(message) is not dict:
        raise WireError("the header is not an object")
    return message


class BodyReader:
    """The body of a frame, whose bytes each belong to one value."""

    def __init__(self, body: bytearray, bounds: Bounds):
        self.body, self.bounds = body, bounds
        self.position = 0

    def count(self, elements: int) -> None:
        """Take elements from what the answer may hold."""
        if not self.bounds.take_elements(elements):
            raise WireError("more elements than an answer can need")

    def take(self, size: int) -> memoryview:
        """The next bytes."""
        if size > len(self.body) - self.position:
            raise WireError("the header names more bytes than the body has")
        start, self.position = self.position, self.position + size
        return memoryview(self.body)[start : self.position]


def decode(value: Any, reader: BodyReader, depth: int) -> Any:
    """The value that a piece of the header stands for.

    Raises:
        ValueError, KeyError, TypeError, RuntimeError: it breaks the format.
    """
    if depth > DEPTH_LIMIT:
        raise WireError(f"values nested deeper than {DEPTH_LIMIT}")
    if not reader.bounds.take_items(1) or type(value) is str and not reader.bounds.take_characters(len(value)):
        raise WireError("more values than an answer can need")
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
        return [decode(item, reader, depth + 1) for item in value]
    return _decode_kind(value, reader, depth)


def _decode_kind(value: dict, reader: BodyReader, depth: int) -> Any:
    kind = value["kind"]
    if kind in ("tensor", "array"):
        return _decode_tensor(value, reader) if kind == "tensor" else _decode_array(value, reader)
    if kind == "tuple":
        return tuple(decode(item, reader, depth + 1) for item in _list(value["items"]))
    if kind == "dict":
        pairs = [(decode(key, reader, depth + 1), decode(item, reader, depth + 1)) for key, item in _list(value["items"])]
        return _no_duplicates([pair for pair in pairs if type(pair[0]) in KEYS])
    if kind == "bytes":
        reader.count(_size(value["size"]))
        return bytes(reader.take(value["size"]))
    if kind == "remote":
        return Remote(_size(value["handle"]), _text(value["type"], 200))
    if kind == "opaque":
        return Opaque(_text(value["what"], WHAT_LIMIT))
    if kind == "dtype":
        return TORCH_DTYPES[_text(value["name"], 20)]
    if kind == "float":
        return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[_text(value["text"], 4)]
    raise WireError("a value of an unknown kind")


def _decode_tensor(value: dict, reader: BodyReader) -> torch.Tensor:
    dtype = TORCH_DTYPES[_text(value["dtype"], 20)]
    shape, count = _shape(value["shape"])
    reader.count(count)
    data = reader.take(count * dtype.itemsize)
    if not count:
        return torch.empty(shape, dtype=dtype)
    if dtype is torch.bool and not np.isin(np.frombuffer(data, np.uint8), (0, 1)).all():
        raise WireError("a truth value that is neither 0 nor 1")
    # A copy is needed anyway where the data is not aligned for its type, and it frees the frame's body early.
    # Resized in place, not reshaped: a view cannot be detached in place, which a student may want.
    return torch.frombuffer(bytearray(data), dtype=dtype).resize_(shape)


def _decode_array(value: dict, reader: BodyReader) -> np.ndarray:
    dtype = ARRAY_DTYPES[_text(value["dtype"], 20)]
    shape, count = _shape(value["shape"])
    reader.count(count)
    data = reader.take(count * dtype.itemsize)
    if dtype == np.bool_ and not np.isin(np.frombuffer(data, np.uint8), (0, 1)).all():
        raise WireError("a truth value that is neither 0 nor 1")
    return np.frombuffer(bytearray(data), dtype=dtype).reshape(shape)


def _shape(value: Any) -> tuple[list[int], int]:
    sizes = _list(value)
    if len(sizes) > DIMENSIONS_LIMIT:
        raise WireError(f"a tensor of more than {DIMENSIONS_LIMIT} dimensions")
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


def _object(pairs: list) -> dict:
    if len(pairs) > NAMES_LIMIT:
        raise WireError(f"an object of more than {NAMES_LIMIT} names")
    return _no_duplicates(pairs)


def _no_duplicates(pairs: list) -> dict:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise WireError("a name that stands twice")
    return result


def _number(kind: type) -> Callable[[str], Any]:
    def read(digits: str) -> Any:
        if len(digits) > DIGITS_LIMIT:
            raise WireError(f"a number of more than {DIGITS_LIMIT} digits")
        return kind(digits)

    return read


def _no_constant(name: str) -> None:
    raise WireError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_no_constant, parse_int=_number(int), parse_float=_number(float)
)
