"""Which class is taken for which: part 3, task 3.10."""

import numpy as np
import torch


def confusion_matrix(targets, predictions, n_classes: int, normalize: bool = False) -> np.ndarray:
    """Count how often each true class was predicted as each class.

    Args:
        targets: (N,) true classes, 0 to n_classes - 1: array, tensor or list.
        predictions: (N,) predicted classes, likewise.
        n_classes: number of classes, also of those that never occur.
        normalize: whether to divide each row by its sum: row i then tells how the images of class i are spread.
    Returns:
        (n_classes, n_classes) array, rows true, columns predicted: int64 counts, or float64 whose rows each sum
        to 1. A class without a single image has a row of zeros in both.
    Raises:
        ValueError: the two have different lengths, or a class is out of range.
    """
    targets, predictions = as_labels(targets), as_labels(predictions)
    if len(targets) != len(predictions):
        raise ValueError(f"{len(targets)} targets, but {len(predictions)} predictions")
    for labels in (targets, predictions):
        if labels.size and not 0 <= labels.min() <= labels.max() < n_classes:
            raise ValueError(f"classes are 0 to {n_classes - 1}; found {labels.min()} to {labels.max()}")
    # Task 3.10: Confusion matrix, 4 points, about 5 lines. Check it with: pytest checks/test_confusion_matrix.py
    raise NotImplementedError("Task 3.10: confusion_matrix is not written yet")


def as_labels(labels) -> np.ndarray:
    """Class numbers as an array.

    Args:
        labels: (N,) array, list or tensor on any device.
    Returns:
        (N,) int64 array.
    """
    if isinstance(labels, torch.Tensor):
        labels = labels.detach().cpu().numpy()
    return np.asarray(labels).astype(np.int64).reshape(-1)
