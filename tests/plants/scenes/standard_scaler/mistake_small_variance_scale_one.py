"""A variance below 1 gets the scale 1.

replaces: standard_scaler.py
message: the variance is less than 1
"""

import numpy as np
import torch


class StandardScaler:
    def __init__(self):
        self.n_samples_seen_ = 0
        self.mean_ = None
        self.var_ = None
        self.scale_ = None

    def fit(self, samples) -> "StandardScaler":
        self.n_samples_seen_ = 0
        self.mean_ = self.var_ = self.scale_ = None
        return self.partial_fit(samples)

    def partial_fit(self, samples) -> "StandardScaler":
        rows = as_rows(samples)
        if self.mean_ is not None and rows.shape[1] != len(self.mean_):
            raise ValueError(f"rows have {rows.shape[1]} features, those before had {len(self.mean_)}")
        n_old, n_new = self.n_samples_seen_, len(rows)
        if n_new == 0:
            return self
        old_mean, old_squares = (0.0, 0.0) if n_old == 0 else (self.mean_, self.var_ * n_old)
        # Measured from the first row, a feature that never changes has variance exactly 0.
        new_mean = rows[0] + (rows - rows[0]).mean(axis=0)
        new_squares = np.square(rows - new_mean).sum(axis=0)

        total = n_old + n_new
        gap = new_mean - old_mean
        self.n_samples_seen_ = total
        self.mean_ = old_mean + gap * (n_new / total)
        self.var_ = (old_squares + new_squares + np.square(gap) * (n_old * n_new / total)) / total
        self.scale_ = np.where(self.var_ > 1, np.sqrt(self.var_), 1.0)
        return self

    def transform(self, samples):
        self._require_fit()
        return like((as_rows(samples) - self.mean_) / self.scale_, samples)

    def fit_transform(self, samples):
        return self.fit(samples).transform(samples)

    def inverse_transform(self, samples):
        self._require_fit()
        return like(as_rows(samples) * self.scale_ + self.mean_, samples)

    def _require_fit(self) -> None:
        if self.mean_ is None:
            raise RuntimeError("this StandardScaler has seen no rows yet: call fit or partial_fit first")


def as_rows(samples) -> np.ndarray:
    if isinstance(samples, torch.Tensor):
        samples = samples.detach().to("cpu", torch.float64).numpy()
    rows = np.asarray(samples, dtype=np.float64)
    if rows.ndim != 2:
        raise ValueError(f"rows of features have shape (N, D), not {rows.shape}")
    return rows


def like(rows: np.ndarray, samples):
    return torch.as_tensor(rows, device=samples.device) if isinstance(samples, torch.Tensor) else rows
