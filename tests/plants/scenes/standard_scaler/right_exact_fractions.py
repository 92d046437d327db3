"""Exact sums of fractions, in plain Python; no rounding before the end.

replaces: standard_scaler.py
"""

from fractions import Fraction
from math import sqrt

import numpy as np
import torch


class StandardScaler:
    def __init__(self):
        self.n_samples_seen_ = 0
        self.sums = None

    def fit(self, samples):
        self.__init__()
        self.partial_fit(samples)
        return self

    def partial_fit(self, samples):
        for row in as_lists(samples):
            if self.sums is None:
                self.sums = [(Fraction(0), Fraction(0)) for _ in row]
            exact = [Fraction(value) for value in row]
            self.sums = [(first + x, second + x * x) for (first, second), x in zip(self.sums, exact)]
            self.n_samples_seen_ += 1
        if self.sums:
            n = self.n_samples_seen_
            self.mean_ = np.array([float(first / n) for first, _ in self.sums])
            self.var_ = np.array([float(second / n - (first / n) ** 2) for first, second in self.sums])
            self.scale_ = np.array([sqrt(value) or 1.0 for value in self.var_])
        return self

    def transform(self, samples):
        return as_given([[(x - m) / s for x, m, s in zip(row, self.mean_, self.scale_)] for row in as_lists(samples)], samples)

    def inverse_transform(self, samples):
        return as_given([[x * s + m for x, m, s in zip(row, self.mean_, self.scale_)] for row in as_lists(samples)], samples)

    def fit_transform(self, samples):
        return self.fit(samples).transform(samples)


def as_given(lists, samples):
    return torch.tensor(lists, dtype=torch.float64) if torch.is_tensor(samples) else np.array(lists)


def as_lists(samples):
    return samples.double().tolist() if torch.is_tensor(samples) else np.asarray(samples, dtype=float).tolist()
