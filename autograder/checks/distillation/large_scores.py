"""Scores of +-10,000 in float32, at which exponentials overflow and probabilities underflow."""

import random

import torch

from autograder.judge.expect import fail

from .distillation_terms import Terms

LARGE = {"agree": "agree", "contradict": "contradict each other", "mixed": "agree on some samples"}
SIZE = 1e4
# Such scores and their differences are exact in float32, and so are right versions, up to the last digit of 20,000.
LARGE_LOSS = {"rtol": 1e-4, "atol": 1e-2}
ONE_STEP = "What gives the logarithm of a softmax in one step?"


def large_terms(chance: random.Random, case: str) -> Terms:
    """Four samples of five classes in which one or two classes of each sample stand out.

    Args:
        case: a key of `LARGE`.
    """
    n, classes = 4, 5
    y, teacher = (torch.full((n, classes), -SIZE) for _ in range(2))
    for row in range(n):
        chosen = chance.sample(range(classes), 3)
        theirs = chosen[:2] if row % 2 else chosen[:1]
        other = case == "contradict" or (case == "mixed" and row < 2)
        y[row, theirs] = SIZE
        teacher[row, chosen[2] if other else theirs] = SIZE
    labels = torch.tensor([chance.randrange(classes) for _ in range(n)])
    return Terms(y, labels, teacher, 1, 0.4)


def expect_finite_numbers(call: str, got: torch.Tensor) -> None:
    """No number is NaN or infinite."""
    odd = got[~torch.isfinite(got)]
    if len(odd):
        fail(
            f"{call} returned {odd.reshape(-1)[0].item()}; it should be finite.",
            f"It is not finite for large scores: exp(10000) overflows, and log(0) is infinite. {ONE_STEP}",
        )
