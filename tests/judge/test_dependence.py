"""Promises of the guard: who computes something from what goes in passes it, who returns constants does not."""

import pytest
import torch

from autograder.judge.dependence import expect_depends
from autograder.judge.expect import CheckFailed

ROWS = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
SAID = "returned the same for other rows"


@pytest.mark.parametrize(
    "one, other",
    [
        (ROWS, ROWS + 1),
        (ROWS, ROWS[:1]),
        (ROWS, ROWS.clone().index_fill(0, torch.tensor([1]), 0.0)),
        (ROWS.long(), ROWS.long() + 1),
    ],
    ids=["values", "shape", "one row", "integers"],
)
def test_results_that_differ_pass(one, other):
    """In values or in shape, anywhere."""
    expect_depends("f(...)", one, other, SAID)


@pytest.mark.parametrize(
    "one, other",
    [(ROWS, ROWS.clone()), (torch.full((2,), torch.nan), torch.full((2,), torch.nan)), (torch.tensor([1, torch.inf]),) * 2],
    ids=["equal", "nan", "infinity"],
)
def test_a_constant_does_not(one, other):
    """NaN differs from itself, which is no merit; the student reads what was said."""
    with pytest.raises(CheckFailed, match=r"^f\(\.\.\.\) returned the same for other rows\.\nWhere do they enter\?"):
        expect_depends("f(...)", one, other, SAID, "Where do they enter?")


def test_what_is_no_tensor_is_said():
    """Before anything is compared."""
    with pytest.raises(CheckFailed, match="it should be a tensor"):
        expect_depends("f(...)", ROWS, None, SAID)
