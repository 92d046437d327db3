"""Is a gradient that of the values a student's own function returns? Whether those are right is another check's question."""

from collections.abc import Callable
from typing import Any

import torch

STEP = 1e-2
# Central differences of a loss in float64 are right to 1e-4 of a slope at this step, and to 1e-3 where it computes in float32.
SLOPE: Any = {"rtol": 1e-2, "atol": 1e-3}


def follows_own_values(
    function: Callable[..., Any], arguments: tuple, gradient: torch.Tensor, want: torch.Tensor, close: Any
) -> bool:
    """Whether a gradient is the right one, or the slope of the function's own values in three directions.

    Args:
        function: of a student, called with `arguments`; its first argument is moved.
        gradient: what came back for the first argument.
        want: the right gradient; `close` is the tolerance for it.
    """
    gradient = gradient.double().cpu()
    if torch.allclose(gradient, want, **close):
        return True
    y = arguments[0]
    random = torch.Generator().manual_seed(7)
    for _ in range(3):
        direction = torch.randn(y.shape, generator=random, dtype=torch.float64)
        ahead, behind = (_value(function(y + sign * STEP * direction.to(y), *arguments[1:])) for sign in (1, -1))
        slope = torch.tensor((ahead - behind) / (2 * STEP), dtype=torch.float64)
        if not torch.allclose((gradient * direction).sum(), slope, **SLOPE):
            return False
    return True


def _value(got: Any) -> float:
    # The sum, as the gradient of several values at once is taken of their sum.
    return float(got.double().sum()) if isinstance(got, torch.Tensor) else float("nan")
