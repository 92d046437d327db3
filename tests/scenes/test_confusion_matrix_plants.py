"""The confusion matrix and its plants against counting one by one."""

import numpy as np
import pytest
import torch

PROBLEM = "confusion_matrix"
TARGETS = np.array([0, 0, 0, 1, 3, 3, 3, 3, 1, 0])
PREDICTIONS = np.array([0, 1, 1, 1, 0, 3, 3, 1, 2, 0])
CLASSES = 6


def facts(module) -> dict:
    """What holds for every right function."""
    counts = np.array([[np.sum((TARGETS == i) & (PREDICTIONS == j)) for j in range(CLASSES)] for i in range(CLASSES)])
    shares = counts / np.where(counts.sum(1) == 0, 1, counts.sum(1))[:, None]

    def same(targets, predictions, wanted, **options):
        return np.allclose(np.asarray(module.confusion_matrix(targets, predictions, CLASSES, **options)), wanted)

    return {
        "counts": lambda: same(TARGETS, PREDICTIONS, counts),
        "integers": lambda: np.asarray(module.confusion_matrix(TARGETS, PREDICTIONS, CLASSES)).dtype.kind in "iu",
        "lists": lambda: same(TARGETS.tolist(), PREDICTIONS.tolist(), counts),
        "tensors": lambda: same(torch.tensor(TARGETS), torch.tensor(PREDICTIONS), counts),
        "shares": lambda: same(TARGETS, PREDICTIONS, shares, normalize=True),
        "all right": lambda: same(TARGETS, TARGETS, np.diag(counts.sum(1))),
        "a single image": lambda: same([2], [4], np.eye(6)[[4]] * np.eye(6)[:, [2]], normalize=True),
        "all right, shares": lambda: same(TARGETS, TARGETS, np.diag(counts.sum(1) > 0), normalize=True),
    }


def test_the_solution_is_right(solution, faults):
    """Every fact holds for the solution."""
    assert faults(facts(solution)) == []


def test_every_right_plant_is_right(right, faults):
    """Every fact holds for the alternatives."""
    assert faults(facts(right)) == []


@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_every_mistake_is_seen(mistake, faults):
    """Some fact fails for each mistake."""
    assert faults(facts(mistake))


def test_impossible_classes_are_refused(solution):
    """A class outside of the range, or lists of different lengths, are errors in words."""
    for targets, predictions in (([0, 5], [0, 0]), ([0, 0], [-1, 0]), ([0], [0, 1])):
        try:
            solution.confusion_matrix(targets, predictions, 3)
        except ValueError:
            continue
        raise AssertionError(f"{targets}, {predictions} were accepted")


def test_no_images_at_all(solution):
    """An empty test set gives zeros."""
    assert not solution.confusion_matrix([], [], 3, normalize=True).any()
