"""Values in words, for staff: small ones in full, large ones by shape and range, and never by code of a student's.

What a submission returns is plain data or a handle by the time it is here, see `sandbox/confined/wire_values.py`.
"""

import dataclasses
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch

from ..sandbox.confined.wire import Opaque
from ..sandbox.plain_text import harmless
from ..sandbox.held import Held, words_of

FULL = 24  # numbers of a tensor that are shown one by one
FIRST = 6  # numbers of a larger one
ITEMS = 12  # of a list or dict
DEPTH = 4
LONGEST = 900  # characters of a value
NOT_PLAIN = "\0"  # what `in_words` gives for values that say nothing to a reader


def in_words(value: Any, depth: int = 0) -> str:
    """A value as staff read it, `NOT_PLAIN` for modules, functions, proxies and the like."""
    if depth > DEPTH:
        return "..."
    if isinstance(value, (torch.Tensor, np.ndarray)):
        return _tensor(value)
    if isinstance(value, Held):
        return f"{words_of(value)} (an object in the sandbox, of class {value.type_name})"
    if isinstance(value, Opaque):
        return value.what
    if isinstance(value, torch.nn.Module):
        return _module(value)
    if type(value) in (list, tuple, set, frozenset):
        return _sequence(value, depth)
    if type(value) is dict:
        return f"{{{_listed((f'{in_words(key, depth + 1)}: {_inner(item, depth)}' for key, item in value.items()), len(value))}}}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        if depth > 0:
            return f"<{type(value).__name__}>"
        fields = (f"{field.name}={_inner(getattr(value, field.name, None), depth)}" for field in dataclasses.fields(value))
        return f"{type(value).__name__}({_listed(fields, len(dataclasses.fields(value)))})"
    if value is None or isinstance(value, (bool, int, float, complex, str, bytes, np.generic, torch.dtype, torch.device)):
        return _plain(value)
    return NOT_PLAIN


def bounded(value: Any) -> str:
    """The same, no longer than `LONGEST` characters, and harmless on a terminal."""
    return harmless(_inner(value, -1), LONGEST)


def difference(got: Any, want: Any, rtol: float = 0.0, atol: float = 0.0) -> str:
    """Where two tensors of one shape differ most, with both values; empty when they cannot be compared."""
    try:
        got, want = torch.as_tensor(got).detach().cpu(), torch.as_tensor(want).detach().cpu()
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return ""
    if got.shape != want.shape or not got.numel() or got.is_complex() or want.is_complex():
        return ""
    got, want = got.to(torch.float64), want.to(torch.float64)
    wrong = ~torch.isclose(got, want, rtol=rtol, atol=atol)
    if not wrong.any():
        return ""
    apart = torch.nan_to_num((got - want).abs(), nan=float("inf")).masked_fill(~wrong, -1.0)
    places = {"the first": int(wrong.flatten().nonzero()[0]), "the largest": int(apart.flatten().argmax())}
    if places["the first"] == places["the largest"]:
        places = {"the first and largest": places["the first"]}
    said = [f"{int(wrong.sum())} of {got.numel()} differ"]
    for which, flat in places.items():
        where = [int(index) for index in np.unravel_index(flat, tuple(got.shape))]
        at = f" at {where}" if where else ""
        said.append(f"{which}{at}: came {got.flatten()[flat].item():.6g}, expected {want.flatten()[flat].item():.6g}")
    return "; ".join(said)


def _inner(value: Any, depth: int) -> str:
    found = in_words(value, depth + 1)
    return f"<{type(value).__name__}>" if found == NOT_PLAIN else found


def _plain(value: Any) -> str:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (str, bytes)) and len(value) > LONGEST:
        return f"{value[:LONGEST]!r}... ({len(value)} in all)"
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 2000:
        return f"a whole number of {value.bit_length()} bits"
    return repr(value)


def _sequence(value: Any, depth: int) -> str:
    start, end = "[]" if type(value) is list else "()" if type(value) is tuple else "{}"
    comma = "," if type(value) is tuple and len(value) == 1 else ""
    return f"{start}{_listed((_inner(item, depth) for item in value), len(value))}{comma}{end}"


def _listed(parts: Iterable[str], count: int) -> str:
    shown = [part for _, part in zip(range(ITEMS), parts)]
    return ", ".join(shown) + (f", ... ({count} in all)" if count > len(shown) else "")


def _module(module: torch.nn.Module) -> str:
    shapes = [f"{name} {tuple(value.shape)}" for name, value in module.named_parameters()]
    return f"a {type(module).__name__} of ours, with parameters {_listed(shapes, len(shapes)) or 'none'}"


def _tensor(value: torch.Tensor | np.ndarray) -> str:
    kind = "tensor" if isinstance(value, torch.Tensor) else "array"
    dtype = str(value.dtype).removeprefix("torch.")
    try:
        numbers = torch.as_tensor(value).detach().cpu()
    except (TypeError, ValueError, RuntimeError):
        return f"{kind} {tuple(value.shape)} {dtype}"
    head = f"{kind} {tuple(numbers.shape)} {dtype}"
    if numbers.numel() <= FULL:
        return f"{head}: {_numbers(numbers.tolist())}"
    start = f"{head}: starts {_numbers(numbers.flatten()[:FIRST].tolist())}"
    if numbers.is_complex():
        return start
    real = numbers.to(torch.float64)
    finite = real[torch.isfinite(real)]
    odd = f", {real.numel() - finite.numel()} not finite" if finite.numel() < real.numel() else ""
    middle = (
        f", from {finite.min().item():.6g} to {finite.max().item():.6g}, mean {finite.mean().item():.6g}" if len(finite) else ""
    )
    return f"{start}{middle}{odd}"


def _numbers(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_numbers(item) for item in value)}]"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
