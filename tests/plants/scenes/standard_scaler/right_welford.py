"""Welford's running update, row by row.

replaces: standard_scaler.py
"""

import numpy as np
import torch


class StandardScaler:
    def __init__(self):
        self.reset()

    def reset(self):
        self.n_samples_seen_ = 0
        self.mean_ = self.var_ = self.scale_ = None
        self.squares = 0.0

    def fit(self, samples):
        self.reset()
        return self.partial_fit(samples)

    def partial_fit(self, samples):
        for row in numbers(samples):
            self.n_samples_seen_ += 1
            before = row * 0 if self.mean_ is None else self.mean_
            self.mean_ = before + (row - before) / self.n_samples_seen_
            self.squares = self.squares + (row - before) * (row - self.mean_)
        if self.mean_ is not None:
            self.var_ = self.squares / self.n_samples_seen_
            self.scale_ = np.sqrt(self.var_)
            self.scale_[self.var_ == 0] = 1.0
        return self

    def transform(self, samples):
        if self.mean_ is None:
            raise ValueError("not fitted")
        return as_given((numbers(samples) - self.mean_) / self.scale_, samples)

    def fit_transform(self, samples):
        self.fit(samples)
        return self.transform(samples)

    def inverse_transform(self, samples):
        if self.mean_ is None:
            raise ValueError("not fitted")
        return as_given(numbers(samples) * self.scale_ + self.mean_, samples)


def as_given(rows, samples):
    return torch.from_numpy(rows) if torch.is_tensor(samples) else rows


def numbers(samples):
    if torch.is_tensor(samples):
        samples = samples.detach().cpu().double().numpy()
    return np.array(samples, dtype="float64")
