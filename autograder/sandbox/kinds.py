"""What kind of value came back, in words: enough to say what is odd about it, too little to give an answer away."""

from typing import Any

import numpy as np
import torch

from .confined.wire import Opaque, Remote

MOST = 2000  # values of a list or dict that are looked at


def kind_of(value: Any) -> str:
    """Type, dtype, dimensions and what is odd: no elements, no ordinary numbers. Values themselves are not told."""
    if isinstance(value, (torch.Tensor, np.ndarray)):
        noun = "a tensor" if isinstance(value, torch.Tensor) else "an array"
        return f"{noun} of dtype {str(value.dtype).removeprefix('torch.')} and {value.ndim} dimensions{_oddity(value)}"
    if isinstance(value, Opaque):
        return value.what
    if isinstance(value, Remote):
        return "an object"
    if value is None:
        return "None"
    if type(value) is float:
        return "a number" if np.isfinite(value) else f"the number {value}"
    return _NOUNS.get(type(value), f"a value of type {type(value).__name__}")


def kinds_of(value: Any) -> frozenset[str]:
    """The kinds of a value and of all that it holds; of tensors inside of lists and dicts, dimensions do not count."""
    found = {kind_of(value)}
    waiting, seen = _inside(value), 0
    while waiting and seen < MOST:
        item = waiting.pop()
        seen += 1
        kind = kind_of(item)
        found.add(f"{kind.partition(' and ')[0]}{_oddity(item)}" if isinstance(item, (torch.Tensor, np.ndarray)) else kind)
        waiting += _inside(item)
    return frozenset(found)


def _inside(value: Any) -> list:
    if type(value) in (list, tuple):
        return list(value)
    return list(value.values()) if isinstance(value, dict) else []


def _oddity(value: torch.Tensor | np.ndarray) -> str:
    if isinstance(value, np.ndarray):
        return " without elements" if not value.size else "" if np.isfinite(value).all() else " with NaN or infinities"
    if not value.numel():
        return " without elements"
    return " with NaN or infinities" if value.is_floating_point() and not torch.isfinite(value).all() else ""


_NOUNS = {
    bool: "True or False",
    int: "a whole number",
    str: "a text",
    list: "a list",
    tuple: "a tuple",
    dict: "a dict",
    bytes: "bytes",
}
