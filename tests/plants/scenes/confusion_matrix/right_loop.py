"""A plain loop over the pairs, nested lists to an array.

replaces: confusion_matrix.py
"""

import numpy as np


def confusion_matrix(targets, predictions, n_classes, normalize=False):
    counts = [[0] * n_classes for _ in range(n_classes)]
    for target, prediction in zip(targets, predictions):
        counts[int(target)][int(prediction)] += 1
    if not normalize:
        return np.array(counts, dtype=int)
    return np.array([[count / sum(row) if sum(row) else 0.0 for count in row] for row in counts])
