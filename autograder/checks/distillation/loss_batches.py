"""Problem 2.1: the batches on which its checks ask for the loss."""

import pytest

from .term_mistakes import draw_terms


@pytest.fixture(scope="module")
def batches(pick, draw):
    """One batch for each question: several samples at T = 1, one sample, an int and a float temperature, equal weights."""
    chance = pick("batches of the distillation loss")
    n, classes, alpha = chance.choice([5, 6]), chance.choice([7, 8]), chance.choice([0.3, 0.35])
    # With T = n a sum over the batch would look like a power of T, and 1.5 cut off like no temperature at all.
    whole, broken = chance.choice([3, 5] if n != 5 else [3]), chance.choice([2.5, 3.5])
    return {
        "several": draw_terms(chance, draw, "several samples", n, classes, 1, alpha),
        "single": draw_terms(chance, draw, "one sample", 1, classes - 4, 1, alpha),
        "int": draw_terms(chance, draw, "T is an int", n, classes, whole, alpha),
        "float": draw_terms(chance, draw, "T is a float", n, classes, broken, alpha),
        "even": draw_terms(chance, draw, "equal weights", n, classes, broken, 0.5),
    }
