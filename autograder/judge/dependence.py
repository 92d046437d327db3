"""A check on the student's own terms counts only for an answer that depends on what it should depend on.

Same scores twice, an image alone, images unchanged, a dtype kept: a function that returns zeros keeps all of these promises, and
deserves no points for it. A check that compares nothing with the reference asks this first.
"""

from typing import Any

import torch

from .expect import expect, expect_tensor


def expect_depends(call: str, one: Any, other: Any, said: str, hint: str = "") -> None:
    """Two results for different inputs differ where both are finite.

    Args:
        one, other: what came back.
        said: what the student reads behind the call when they do not, such as "returned the same for other rows".
    """
    expect(not _same(expect_tensor(call, one).detach(), expect_tensor(call, other).detach()), f"{call} {said}.", hint)


def _same(one: torch.Tensor, other: torch.Tensor) -> bool:
    """NaN, which differs from itself, shows nothing."""
    if one.shape != other.shape:
        return False
    both = one.isfinite() & other.isfinite()
    return torch.equal(one[both], other[both])
