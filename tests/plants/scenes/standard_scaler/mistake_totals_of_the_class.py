"""The totals are attributes of the class, so that all scalers share them.

replaces: standard_scaler.py
message: Are the totals attributes of the class
"""

import numpy as np


class StandardScaler:
    totals = {"n": 0, "mean": 0.0, "squares": 0.0}

    def fit(self, samples):
        self.totals.update(n=0, mean=0.0, squares=0.0)
        return self.partial_fit(samples)

    def partial_fit(self, samples):
        for row in np.asarray(samples, dtype=np.float64):
            self.totals["n"] += 1
            distance = row - self.totals["mean"]
            self.totals["mean"] = self.totals["mean"] + distance / self.totals["n"]
            self.totals["squares"] = self.totals["squares"] + distance * (row - self.totals["mean"])
        return self

    @property
    def n_samples_seen_(self):
        return self.totals["n"]

    @property
    def mean_(self):
        return self.totals["mean"]

    @property
    def var_(self):
        return self.totals["squares"] / self.totals["n"]

    @property
    def scale_(self):
        deviation = np.sqrt(self.var_)
        return np.where(deviation > 1e-7 * np.maximum(np.abs(self.mean_), 1e-3), deviation, 1.0)

    def transform(self, samples):
        if not self.totals["n"]:
            raise ValueError("fit first")
        return (np.asarray(samples, dtype=np.float64) - self.mean_) / self.scale_

    def fit_transform(self, samples):
        return self.fit(samples).transform(samples)

    def inverse_transform(self, rows):
        if not self.totals["n"]:
            raise ValueError("fit first")
        return np.asarray(rows, dtype=np.float64) * self.scale_ + self.mean_
