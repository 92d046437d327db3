"""Tolerances of the classifiers' hidden checks, each with the measurement that it rests on.

`tests/classifiers/test_tolerances.py` repeats the measurements: 20 right versions of the three classifiers (F.linear, sums in
another order, loops, the bias as a column, einsum; convolutions by torch, unfolded, and tap by tap), with the checks'
own sizes, weights and images, on a CPU; it fails where a tolerance is not ten to a hundred times the worst error.
"""

from typing import TypedDict


class Tolerance(TypedDict):
    """As `expect_close` takes them."""

    rtol: float
    atol: float


# On 500 seeds, scores in float32 stay within 1.7e-6 of the reference in float64.
FLOAT32_SCORES: Tolerance = {"rtol": 0.0, "atol": 6e-5}
# The gradients of the mean cross-entropy in float32 stay within 4e-7.
FLOAT32_GRADIENTS: Tolerance = {"rtol": 0.0, "atol": 2e-5}
# Scores in float64 stay within 3e-15 of each other; anything that passes through float32 is off by more than 1e-8.
FLOAT64_SCORES: Tolerance = {"rtol": 0.0, "atol": 1e-13}
# Parameters after three SGD steps, with and without momentum and weight decay, stay within 3e-7 of float64.
FLOAT32_STEP: Tolerance = {"rtol": 0.0, "atol": 1e-5}
# The mean cross-entropy before each of these steps stays within 5e-7.
FLOAT32_LOSS: Tolerance = {"rtol": 0.0, "atol": 2e-5}
