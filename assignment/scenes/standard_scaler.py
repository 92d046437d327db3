"""Standardising features in one pass over the data: part 3, task 3.1.

A data set may be larger than memory, so mean and variance are gathered batch by batch: each batch is looked
at once, and any way of cutting the data into batches gives the same answer.
"""

import numpy as np
import torch


class StandardScaler:
    """Shift every feature to mean 0 and scale it to variance 1.

    Attributes:
        n_samples_seen_: number of rows seen since the last `fit`, an int.
        mean_: (D,) float64, mean of each feature; None before the first row.
        var_: (D,) float64, population variance: the squared distances from the mean are divided by the number
            of rows; None before the first row.
        scale_: (D,) float64, what `transform` divides by: the standard deviation, or 1 where a feature never
            changed (0.1 in every row, too, where rounding may leave a variance of 1e-34); None before the first row.
    Source: Chan, Golub & LeVeque 1983, "Algorithms for computing the sample variance"; handout, standard scaler.
    """

    def __init__(self):
        self.n_samples_seen_ = 0
        self.mean_ = None
        self.var_ = None
        self.scale_ = None

    def fit(self, samples) -> "StandardScaler":
        """Forget everything seen so far, then measure `samples`.

        Args:
            samples: (N, D) array or tensor of any numeric dtype.
        Returns:
            this scaler.
        """
        # Task 3.1: Standard scaler and image statistics, 12 points, about 30 lines.
        # Check it with: pytest checks/test_standard_scaler.py
        raise NotImplementedError("Task 3.1: StandardScaler.fit is not written yet")

    def partial_fit(self, samples) -> "StandardScaler":
        """Add the rows of `samples` to what was seen so far.

        Two groups of n_a and n_b rows, with means m_a, m_b and sums of squared distances S_a, S_b, make together

            n = n_a + n_b,   d = m_b - m_a,   m = m_a + d * n_b / n,   S = S_a + S_b + d**2 * n_a * n_b / n.

        The tempting shorter way, mean of the squares minus square of the mean, subtracts two nearly equal
        numbers: for values around 1e8 nothing but rounding is left of the variance.

        Args:
            samples: (N, D) array or tensor of any numeric dtype, N may be 0; computed in float64.
        Returns:
            this scaler.
        Raises:
            ValueError: D differs from the rows seen before.
        """
        rows = as_rows(samples)
        if self.mean_ is not None and rows.shape[1] != len(self.mean_):
            raise ValueError(f"rows have {rows.shape[1]} features, those before had {len(self.mean_)}")
        # Task 3.1: Standard scaler and image statistics, 12 points, about 30 lines.
        # Check it with: pytest checks/test_standard_scaler.py
        raise NotImplementedError("Task 3.1: StandardScaler.partial_fit is not written yet")

    def transform(self, samples):
        """Standardise rows with the mean and the scale measured before.

        Args:
            samples: (N, D) array or tensor.
        Returns:
            (N, D) float64; a tensor for a tensor, an array for anything else.
        Raises:
            RuntimeError: nothing was fitted yet.
        """
        # Task 3.1: Standard scaler and image statistics, 12 points, about 30 lines.
        # Check it with: pytest checks/test_standard_scaler.py
        raise NotImplementedError("Task 3.1: StandardScaler.transform is not written yet")

    def fit_transform(self, samples):
        """Measure `samples`, forgetting what was seen before, and return them standardised.

        Args:
            samples: (N, D) array or tensor.
        Returns:
            (N, D) float64, as `transform` gives it.
        """
        # Task 3.1: Standard scaler and image statistics, 12 points, about 30 lines.
        # Check it with: pytest checks/test_standard_scaler.py
        raise NotImplementedError("Task 3.1: StandardScaler.fit_transform is not written yet")

    def inverse_transform(self, samples):
        """Undo `transform`: from standardised rows back to the units of the data.

        Args:
            samples: (N, D) array or tensor of standardised rows.
        Returns:
            (N, D) float64; a tensor for a tensor, an array for anything else.
        Raises:
            RuntimeError: nothing was fitted yet.
        """
        # Task 3.1: Standard scaler and image statistics, 12 points, about 30 lines.
        # Check it with: pytest checks/test_standard_scaler.py
        raise NotImplementedError("Task 3.1: StandardScaler.inverse_transform is not written yet")

    def _require_fit(self) -> None:
        if self.mean_ is None:
            raise RuntimeError("this StandardScaler has seen no rows yet: call fit or partial_fit first")


def as_rows(samples) -> np.ndarray:
    """Copy rows into float64, where sums of small integers cannot overflow.

    Args:
        samples: (N, D) array, nested list or tensor on any device.
    Returns:
        (N, D) float64 array.
    Raises:
        ValueError: `samples` does not have two axes.
    """
    if isinstance(samples, torch.Tensor):
        samples = samples.detach().to("cpu", torch.float64).numpy()
    rows = np.asarray(samples, dtype=np.float64)
    if rows.ndim != 2:
        raise ValueError(f"rows of features have shape (N, D), not {rows.shape}")
    return rows


def like(rows: np.ndarray, samples):
    """Give `rows` back as what the caller works with: a tensor on the same device, or an array.

    Args:
        rows: (N, D) float64 array.
        samples: what the caller handed in.
    Returns:
        `rows`, as a float64 tensor when `samples` is a tensor.
    """
    return torch.as_tensor(rows, device=samples.device) if isinstance(samples, torch.Tensor) else rows
