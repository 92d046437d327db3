"""The small network and its plants: shapes, layers, criterion, gradients."""

import torch
from torch import nn

PROBLEM = "simple_net"


def facts(module) -> dict:
    """What holds for every right network."""
    model = module.SimpleNet()
    images = torch.randn(6, 1, 64, 64)
    targets = torch.tensor([0, 3, 14, 7, 7, 2])
    warm_error = None
    try:
        model(images)
    except Exception as error:
        warm_error = error

    def count(kind):
        return sum(isinstance(layer, kind) for part in (model.cnn_layers, model.fc_layers) for layer in part.modules())

    def alone():
        model.eval()
        with torch.no_grad():
            return torch.allclose(model(images)[2:4], model(images[2:4]), atol=1e-5)

    def gradients():
        model.train()
        model.zero_grad()
        model.loss_criterion(model(images), targets).backward()
        values = [parameter.grad for parameter in model.parameters()]
        return len(values) >= 8 and all(value is not None and value.any() for value in values)

    def input_kept():
        mine = torch.randn(2, 1, 64, 64)
        before = mine.clone()
        model(mine)
        return torch.equal(mine, before)

    scores = torch.randn(6, 15)
    with_zeros = (scores.logsumexp(1) - scores[range(6), targets]).sum()
    return {
        "runs": lambda: warm_error is None,
        "shape": lambda: tuple(model(images).shape) == (6, 15),
        "one image": lambda: tuple(model.eval()(images[:1]).shape) == (1, 15),
        "convolutions": lambda: count(nn.Conv2d) >= 2,
        "linear layers": lambda: count(nn.Linear) >= 2,
        "ReLUs": lambda: count(nn.ReLU) >= 2,
        "sum": lambda: torch.allclose(model.loss_criterion(scores, targets), with_zeros),
        "raw scores": lambda: (model(images).exp().sum(1) - 1).abs().max() > 1e-3 and (model(images) < 0).any(),
        "samples apart": alone,
        "gradients": gradients,
        "input kept": input_kept,
    }


def test_the_solution_is_right(solution, faults):
    """Every fact holds for the solution."""
    assert faults(facts(solution)) == []


def test_every_right_plant_is_right(right, faults):
    """Every fact holds for the alternatives."""
    assert faults(facts(right)) == []


def test_every_mistake_is_seen(mistake, faults):
    """Some fact fails for each mistake, but not all."""
    assert 0 < len(faults(facts(mistake))) < 11
