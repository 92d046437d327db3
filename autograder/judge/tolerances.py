"""Tolerances of hidden checks, each with the measurement that it rests on (`tests/test_tolerances.py` repeats them)."""

# Correct versions (nn.Linear, matmul, einsum, loops over units, unfolded convolution) of the three classifiers with weights
# and images of unit variance stay within 2.1e-5 of float64 in their scores, on CPU; ten times that.
FLOAT32_SCORES = {"rtol": 0.0, "atol": 2e-4}
# The same for the gradients of the mean cross-entropy: within 8.7e-6; ten times that.
FLOAT32_GRADIENTS = {"rtol": 0.0, "atol": 1e-4}
# In float64 the same versions stay within 4e-14; anything computed in float32 on the way is off by more than 1e-7.
FLOAT64_SCORES = {"rtol": 0.0, "atol": 1e-10}
# Three SGD steps with momentum and weight decay in several correct orders of operations: within 6e-7; ten times that.
FLOAT32_STEP = {"rtol": 0.0, "atol": 6e-6}
