"""Public checks of task 3.4. Run: pytest checks/test_dl_utils.py"""

import math

import pytest
import torch
from torch import nn


class Echo(nn.Module):
    """Its scores are its inputs, its criterion sums."""

    def __init__(self):
        super().__init__()
        self.factor = nn.Parameter(torch.ones(()))
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def forward(self, x):
        """Give the input back.

        Args:
            x: (N, n_classes) scores.
        """
        return self.factor * x


@pytest.fixture
def dl_utils():
    """Your module."""
    import dl_utils

    return dl_utils


def test_the_largest_score_wins(dl_utils):
    """Scores (1, 5, 2) and (9, 0, 3) mean classes 1 and 0."""
    labels = dl_utils.predict_labels(Echo(), torch.tensor([[1.0, 5.0, 2.0], [9.0, 0.0, 3.0]]))
    kind = "a pair (values, indices)" if isinstance(labels, tuple) and len(labels) == 2 else type(labels).__name__
    assert isinstance(labels, torch.Tensor), (
        f"predict_labels should return one tensor, the class numbers; it returned {kind}. (`max` over an axis gives two: "
        "the largest values and where they are.)"
    )
    assert labels.tolist() == [1, 0], f"scores (1, 5, 2) and (9, 0, 3) mean classes 1, 0; got {labels.tolist()}"
    assert labels.dtype == torch.int64, f"class numbers are int64; got {labels.dtype}"
    assert not labels.requires_grad, "predictions should not carry a graph"


def test_loss_of_equal_scores(dl_utils):
    """With 4 equal scores each image costs log 4: the batch of 3 sums to 3 log 4, normalised log 4."""
    scores, targets = torch.zeros(3, 4), torch.tensor([0, 1, 3])
    total = dl_utils.compute_loss(Echo(), scores, targets, is_normalize=False)
    assert math.isclose(total.item(), 3 * math.log(4), rel_tol=1e-5), f"the sum should be 3 log 4 = 4.159; got {total}"
    mean = dl_utils.compute_loss(Echo(), scores, targets)
    assert math.isclose(mean.item(), math.log(4), rel_tol=1e-5), f"normalised: log 4 = 1.386; got {mean}"


def test_loss_can_be_differentiated(dl_utils):
    """The loss reaches the model's parameters."""
    model = Echo()
    loss = dl_utils.compute_loss(model, model(torch.eye(2)), torch.tensor([0, 1]))
    assert isinstance(loss, torch.Tensor) and loss.ndim == 0, f"the loss should be a 0-dim tensor; got {loss!r}"
    loss.backward()
    assert model.factor.grad is not None, "no gradient arrived: was the loss turned into a number?"
