"""Classes are taken to begin with 1.

replaces: confusion_matrix.py
message: counted from 1
"""

import numpy as np
import torch


def confusion_matrix(targets, predictions, n_classes: int, normalize: bool = False) -> np.ndarray:
    targets, predictions = as_labels(targets), as_labels(predictions)
    if len(targets) != len(predictions):
        raise ValueError(f"{len(targets)} targets, but {len(predictions)} predictions")
    for labels in (targets, predictions):
        if labels.size and not 0 <= labels.min() <= labels.max() < n_classes:
            raise ValueError(f"classes are 0 to {n_classes - 1}; found {labels.min()} to {labels.max()}")
    cells = np.bincount((targets - 1) % n_classes * n_classes + (predictions - 1) % n_classes, minlength=n_classes**2)
    counts = cells.reshape(n_classes, n_classes).astype(np.int64)
    if not normalize:
        return counts
    # A row of zeros stays zero when it is divided by 1 instead of by its sum.
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def as_labels(labels) -> np.ndarray:
    if isinstance(labels, torch.Tensor):
        labels = labels.detach().cpu().numpy()
    return np.asarray(labels).astype(np.int64).reshape(-1)
