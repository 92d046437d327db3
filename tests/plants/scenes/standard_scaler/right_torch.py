"""Tensors all the way, batches joined with torch.var_mean.

replaces: standard_scaler.py
"""

import torch


class StandardScaler:
    def __init__(self):
        self.n_samples_seen_, self.mean_, self.var_, self.scale_ = 0, None, None, None

    def fit(self, samples):
        self.__init__()
        return self.partial_fit(samples)

    def partial_fit(self, samples):
        batch = torch.as_tensor(samples).double()
        if not len(batch):
            return self
        variance, mean = torch.var_mean(batch, dim=0, correction=0)
        share = len(batch) / (self.n_samples_seen_ + len(batch))
        if self.n_samples_seen_:
            step = mean - self.mean_
            mean = torch.lerp(self.mean_, mean, share)
            variance = torch.lerp(self.var_, variance, share) + share * (1 - share) * step**2
        self.n_samples_seen_ += len(batch)
        # Rounding leaves a constant feature with a variance around (1e-16 * mean)**2.
        variance = variance.masked_fill(variance <= (1e-14 * mean) ** 2, 0)
        self.mean_, self.var_ = mean, variance
        self.scale_ = torch.where(variance > 0, variance.sqrt(), torch.ones_like(variance))
        return self

    def transform(self, samples):
        if self.scale_ is None:
            raise RuntimeError("fit first")
        return (torch.as_tensor(samples).double() - self.mean_).div(self.scale_)

    def fit_transform(self, samples):
        return self.fit(samples).transform(samples)

    def inverse_transform(self, samples):
        if self.scale_ is None:
            raise RuntimeError("fit first")
        return torch.addcmul(self.mean_, torch.as_tensor(samples).double(), self.scale_)
