"""Sums of the distances from the very first row, which stay small for any mean.

replaces: standard_scaler.py
"""

import numpy as np
import torch


class StandardScaler:
    n_samples_seen_ = 0
    origin = total = total_of_squares = None

    def partial_fit(self, samples):
        rows = to_numpy(samples)
        if len(rows) == 0:
            return self
        if self.origin is None:
            self.origin = rows[0].copy()
            self.total = np.zeros(rows.shape[1])
            self.total_of_squares = np.zeros(rows.shape[1])
        moved = rows - self.origin
        self.n_samples_seen_ += rows.shape[0]
        self.total += moved.sum(0)
        self.total_of_squares += (moved * moved).sum(0)
        return self

    def fit(self, samples):
        self.n_samples_seen_ = 0
        self.origin = None
        return self.partial_fit(samples)

    @property
    def mean_(self):
        self.check()
        return self.origin + self.total / self.n_samples_seen_

    @property
    def var_(self):
        self.check()
        count = self.n_samples_seen_
        return np.clip(self.total_of_squares / count - (self.total / count) ** 2, 0, None)

    @property
    def scale_(self):
        std = self.var_**0.5
        return np.where(std == 0, 1, std)

    def check(self):
        if not self.n_samples_seen_:
            raise AttributeError("call fit first")

    def transform(self, samples):
        rows = (to_numpy(samples) - self.mean_) / self.scale_
        return torch.from_numpy(rows) if isinstance(samples, torch.Tensor) else rows

    def inverse_transform(self, samples):
        rows = to_numpy(samples) * self.scale_ + self.mean_
        return torch.from_numpy(rows) if isinstance(samples, torch.Tensor) else rows

    def fit_transform(self, samples):
        return self.fit(samples).transform(samples)


def to_numpy(samples):
    if isinstance(samples, torch.Tensor):
        return samples.detach().cpu().to(torch.float64).numpy()
    return np.asarray(samples).astype(np.float64)
