"""Public checks of task 3.10. Run: pytest checks/test_confusion_matrix.py"""

import numpy as np
import pytest
import torch

# Three cats (0): one taken for a cat, two for a dog (1). One dog, taken for a dog. No horse (2) at all.
TARGETS, PREDICTIONS = [0, 0, 0, 1], [0, 1, 1, 1]


@pytest.fixture
def confusion_matrix():
    """Your function."""
    from confusion_matrix import confusion_matrix

    return confusion_matrix


def test_rows_are_true_classes(confusion_matrix):
    """Row 0 says what became of the three cats."""
    counts = np.asarray(confusion_matrix(TARGETS, PREDICTIONS, 3))
    assert counts.shape == (3, 3), f"3 classes give a 3x3 matrix; got {counts.shape}"
    assert counts.tolist() == [[1, 2, 0], [0, 1, 0], [0, 0, 0]], (
        f"rows are true, columns predicted classes: [[1, 2, 0], [0, 1, 0], [0, 0, 0]]; got {counts.tolist()}"
    )
    assert np.issubdtype(counts.dtype, np.integer), f"counts are integers; got {counts.dtype}"


def test_normalised_rows_sum_to_one(confusion_matrix):
    """1/3 of the cats are taken for cats; the horses' row is zero, not NaN."""
    shares = np.asarray(confusion_matrix(TARGETS, PREDICTIONS, 3, normalize=True))
    assert not np.isnan(shares).any(), f"a class without images gives a row of zeros, not NaN; got {shares.tolist()}"
    assert np.allclose(shares, [[1 / 3, 2 / 3, 0], [0, 1, 0], [0, 0, 0]]), (
        f"normalised: [[1/3, 2/3, 0], [0, 1, 0], [0, 0, 0]]; got {shares.tolist()}"
    )


@pytest.mark.parametrize("kind", [list, np.array, torch.tensor])
def test_arrays_tensors_and_lists(confusion_matrix, kind):
    """All three give the same."""
    counts = np.asarray(confusion_matrix(kind(TARGETS), kind(PREDICTIONS), 3))
    assert counts.tolist() == [[1, 2, 0], [0, 1, 0], [0, 0, 0]], (
        f"given as {kind.__name__}, the counts should be [[1, 2, 0], [0, 1, 0], [0, 0, 0]]; got {counts.tolist()}"
    )
