"""Misconceptions recognised by value: what the usual mistakes would have returned."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch


@dataclass(frozen=True)
class Mistake:
    """One usual mistake: the value it leads to (or how to compute it, if that is needed), and words for the student."""

    value: Any | Callable[[], Any]
    message: str

    def explains(self, got: torch.Tensor, rtol: float, atol: float) -> bool:
        """Whether the student's value is this mistake's value."""
        wrong = self.value() if callable(self.value) else self.value
        wrong = torch.as_tensor(wrong)
        if wrong.shape != got.shape:
            return False
        return torch.allclose(got.to(torch.float64), wrong.to(torch.float64), rtol, atol, equal_nan=True)


def explanation(mistakes: Iterable[Mistake], got: torch.Tensor, rtol: float, atol: float) -> str:
    """The words for the first mistake that explains a value, or nothing."""
    return next((mistake.message for mistake in mistakes if mistake.explains(got, rtol, atol)), "")
