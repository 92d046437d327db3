"""Judging by value: what a check may ask of a value, in words that explain."""

from .expect import CheckFailed, expect, expect_close, expect_dtype, expect_equal, expect_finite, expect_shape, expect_tensor
from .mistakes import Mistake

__all__ = [
    "CheckFailed",
    "Mistake",
    "expect",
    "expect_close",
    "expect_dtype",
    "expect_equal",
    "expect_finite",
    "expect_shape",
    "expect_tensor",
]
