"""The questions a check may ask of a value. A "no" raises `CheckFailed` with words for the student.

The words show the student's value and say what it should be like; they never show the expected numbers.
"""

from collections.abc import Iterable
from typing import Any, NoReturn

import numpy as np
import torch

from ..sandbox.confined.wire import Opaque
from ..sandbox.held import Held
from .mistakes import Mistake, explanation


class CheckFailed(Exception):
    """The student's value is not right; `message` is what the student reads."""

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


def fail(first_line: str, hint: str = "") -> NoReturn:
    """Fail the check.

    Args:
        first_line: call, what came back, what should have; stands alone.
        hint: one question or one place to read.
    """
    raise CheckFailed(f"{first_line}\n{hint}" if hint else first_line)


def expect(truth: bool, first_line: str, hint: str = "") -> None:
    """Fail with these words unless something is so."""
    if not truth:
        fail(first_line, hint)


def in_words(value: Any) -> str:
    """What a value is, for a message: type and shape, or the value itself when it is small."""
    if isinstance(value, (torch.Tensor, np.ndarray)):
        kind = "a tensor" if isinstance(value, torch.Tensor) else "an array"
        return f"{kind} of shape {tuple(value.shape)} and dtype {str(value.dtype).removeprefix('torch.')}"
    if isinstance(value, Opaque):
        return value.what
    if isinstance(value, Held):
        return f"an object of class {value.type_name}"
    if value is None:
        return "None (is a `return` missing?)"
    text = repr(value)
    return text if len(text) <= 80 else f"a {type(value).__name__}"


def expect_tensor(call: str, got: Any) -> torch.Tensor:
    """The value as a plain tensor."""
    if not isinstance(got, torch.Tensor):
        fail(f"{call} returned {in_words(got)}; it should be a tensor.")
    return got


def expect_shape(call: str, got: Any, shape: Iterable[int], hint: str = "") -> torch.Tensor:
    """The value as a tensor of exactly this shape."""
    tensor, wanted = expect_tensor(call, got), tuple(shape)
    if tuple(tensor.shape) != wanted:
        fail(f"{call} returned shape {tuple(tensor.shape)}; it should be {wanted}.", hint)
    return tensor


def expect_dtype(call: str, got: torch.Tensor, dtype: torch.dtype, hint: str = "") -> None:
    """The tensor's dtype is exactly this."""
    if got.dtype is not dtype:
        names = (str(kind).removeprefix("torch.") for kind in (got.dtype, dtype))
        fail("{} returned dtype {}; it should be {}.".format(call, *names), hint)


def expect_finite(call: str, got: torch.Tensor, hint: str = "") -> None:
    """No value is NaN or infinite."""
    if got.is_floating_point() and not torch.isfinite(got).all():
        bad = "NaN" if torch.isnan(got).any() else "infinite"
        fail(f"{call} returned {int((~torch.isfinite(got)).sum())} values that are {bad}, of {got.numel()}.", hint)


def expect_close(
    call: str,
    got: Any,
    want: torch.Tensor,
    *,
    rtol: float,
    atol: float,
    hint: str = "",
    mistakes: Iterable[Mistake] = (),
    verb: str = "returned",
) -> None:
    """The value equals the expected one within a measured tolerance; type, shape and finiteness are judged first.

    Args:
        call: the call in words.
        got: what the student's code returned.
        want: what it should be; never shown.
        rtol, atol: tolerances, each with its measurement where it is defined.
        hint: a question that helps when no known mistake explains the value.
        mistakes: the usual mistakes, computed only for a wrong value; the first that gives it is named.
        verb: what stands between call and value; "has" where the value was not returned.
    """
    if type(got) is int and not _is_number(got):
        fail(f"{call} {verb} a number too large to be right.", hint)
    tensor = torch.as_tensor(got) if _is_number(got) else expect_tensor(call, got)
    if tuple(tensor.shape) != tuple(want.shape):
        said = explanation(mistakes, tensor, rtol, atol)
        fail(f"{call} {verb} shape {tuple(tensor.shape)}; it should be {tuple(want.shape)}.", said or hint)
    if tensor.is_complex() or (tensor.dtype is torch.bool) != (want.dtype is torch.bool):
        fail(f"{call} returned {in_words(tensor)}; it should hold ordinary numbers.", hint)
    got64, want64 = tensor.detach().to(torch.float64), want.detach().to(torch.float64)
    if torch.allclose(got64, want64, rtol=rtol, atol=atol):
        return
    said = explanation(mistakes, tensor, max(rtol, 1e-6), max(atol, 1e-6))
    if not said:
        expect_finite(call, tensor, hint)
    fail(f"{call} {verb} {_where(got64, want64, rtol, atol)}.", said or hint)


def expect_equal(call: str, got: Any, want: Any, hint: str = "", mistakes: dict[Any, str] | None = None) -> None:
    """The value is exactly this plain value (a bool is not an int); `mistakes` maps wrong values to words.

    Raises:
        TypeError: `mistakes` maps to something else; it does so for right answers, too, and therefore for the solution.
    """
    if wrong := [words for words in (mistakes or {}).values() if not isinstance(words, str)]:
        raise TypeError(f"mistakes of expect_equal maps wrong values to words, and {wrong[0]!r} is no words; exchange both.")
    if type(got) is type(want) and got == want:
        return
    said = (mistakes or {}).get(got, "") if isinstance(got, (str, int, float, bool, tuple)) else ""
    kind = "" if type(got) is type(want) else f"; it should be {_a(type(want).__name__)}"
    fail(f"{call} returned {in_words(got)}, which is not right{kind}.", said or hint)


def _where(got: torch.Tensor, want: torch.Tensor, rtol: float, atol: float) -> str:
    """Where a tensor first goes wrong, showing the student's value only."""
    wrong = ~torch.isclose(got, want, rtol=rtol, atol=atol)
    if got.ndim == 0:
        return f"{got.item():.6g}, which is not right"
    first = tuple(int(place) for place in wrong.nonzero()[0])
    return f"{int(wrong.sum())} wrong values of {got.numel()}; the first is {got[first].item():.6g} at {list(first)}"


def _is_number(value: Any) -> bool:
    # A whole number of more than 64 bits fits in no tensor.
    return type(value) is float or type(value) is int and -(1 << 63) <= value < 1 << 63 or isinstance(value, np.ndarray)


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"
