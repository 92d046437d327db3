"""Predictions and loss and their plants against log-sum-exp written out."""

import torch
from torch import nn

PROBLEM = "dl_utils"


class Linear(nn.Module):
    """A model with one parameter for its scores and any criterion; remembers nothing."""

    def __init__(self, criterion):
        super().__init__()
        self.weight = nn.Parameter(torch.full((), 1.5))
        self.loss_criterion = criterion

    def forward(self, x):
        """Scale the flattened input."""
        return self.weight * x.flatten(1)


def facts(module) -> dict:
    """What holds for every right pair of functions."""
    generator = torch.Generator().manual_seed(3)
    scores = torch.randn(5, 7, generator=generator)
    targets = torch.tensor([6, 0, 3, 3, 1])
    images = scores.reshape(5, 1, 7, 1)
    cross = Linear(nn.CrossEntropyLoss(reduction="sum"))
    margin = Linear(nn.MultiMarginLoss(reduction="sum"))
    total = (scores.logsumexp(1) - scores[range(5), targets]).sum()

    def margins(normalised):
        gaps = (1 - scores[range(5), targets][:, None] + scores).clamp_min(0)
        gaps[range(5), targets] = 0
        return gaps.sum() / 7 / (5 if normalised else 1)

    def differentiable():
        model = Linear(nn.CrossEntropyLoss(reduction="sum"))
        module.compute_loss(model, model(images), targets).backward()
        return model.weight.grad is not None and model.weight.grad != 0

    return {
        "labels": lambda: module.predict_labels(cross, images).tolist() == scores.argmax(1).tolist(),
        "one label": lambda: module.predict_labels(cross, images[:1]).tolist() == scores[:1].argmax(1).tolist(),
        "label type": lambda: module.predict_labels(cross, images).dtype == torch.int64,
        "no graph": lambda: not module.predict_labels(cross, images).requires_grad,
        "sum": lambda: torch.allclose(module.compute_loss(cross, scores, targets, is_normalize=False), total),
        "mean": lambda: torch.allclose(module.compute_loss(cross, scores, targets), total / 5),
        "own criterion": lambda: torch.allclose(module.compute_loss(margin, scores, targets, True), margins(True)),
        "own criterion, sum": lambda: torch.allclose(module.compute_loss(margin, scores, targets, False), margins(False)),
        "gradient": differentiable,
    }


def test_the_solution_is_right(solution, faults):
    """Every fact holds for the solution."""
    assert faults(facts(solution)) == []


def test_every_right_plant_is_right(right, faults):
    """Every fact holds for the alternatives."""
    assert faults(facts(right)) == []


def test_every_mistake_is_seen(mistake, faults):
    """Some fact fails for each mistake, but not all."""
    assert 0 < len(faults(facts(mistake))) < 9
