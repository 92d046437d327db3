"""Public checks of task 3.8. Run: pytest checks/test_optimizer.py"""

import pytest
import torch
from torch import nn


@pytest.fixture
def get_optimizer():
    """Your function."""
    from optimizer import get_optimizer

    return get_optimizer


@pytest.mark.parametrize("kind, expected", [("sgd", torch.optim.SGD), ("adam", torch.optim.Adam)])
def test_kind_and_settings(get_optimizer, kind, expected):
    """The settings arrive as they were given."""
    config = {"optimizer_type": kind, "lr": 0.03, "weight_decay": 0.002}
    optimizer = get_optimizer(nn.Linear(2, 2), config)
    assert isinstance(optimizer, expected), f'"{kind}" should give {expected.__name__}; got {type(optimizer).__name__}'
    for name in ("lr", "weight_decay"):
        found = optimizer.param_groups[0][name]
        assert found == config[name], f"{name} should be {config[name]}; it is {found}"


def test_momentum_is_optional(get_optimizer):
    """SGD takes `momentum` when it is there, and 0 when it is not."""
    config = {"optimizer_type": "sgd", "lr": 0.1, "weight_decay": 0.0}
    without = get_optimizer(nn.Linear(2, 2), config).param_groups[0]["momentum"]
    with_it = get_optimizer(nn.Linear(2, 2), {**config, "momentum": 0.8}).param_groups[0]["momentum"]
    assert without == 0, f"without momentum in config it should be 0; it is {without}"
    assert with_it == 0.8, f"momentum 0.8 in config should arrive; it is {with_it}"


def test_one_step(get_optimizer):
    """A parameter of 2 with gradient 1, lr 0.1, weight decay 0.5: 2 - 0.1 * (1 + 0.5 * 2) = 1.8."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.constant_(model.weight, 2.0)
    optimizer = get_optimizer(model, {"optimizer_type": "sgd", "lr": 0.1, "weight_decay": 0.5})
    model(torch.ones(1, 1)).sum().backward()
    optimizer.step()
    assert abs(model.weight.item() - 1.8) < 1e-6, f"2 - 0.1 * (1 + 0.5 * 2) = 1.8; got {model.weight.item():.4g}"


def test_unknown_type(get_optimizer):
    """Another type is an error, not a silent choice."""
    try:
        found = get_optimizer(nn.Linear(2, 2), {"optimizer_type": "no such kind", "lr": 0.1, "weight_decay": 0.0})
    except ValueError:
        return
    pytest.fail(f'optimizer_type "no such kind" should raise ValueError; it gave {type(found).__name__}')
