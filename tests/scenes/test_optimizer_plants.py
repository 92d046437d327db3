"""The optimizer and its plants: class, settings, and one step worked out by hand."""

import torch
from torch import nn

PROBLEM = "optimizer"
SGD = {"optimizer_type": "sgd", "lr": 0.2, "weight_decay": 0.1}
ADAM = {"optimizer_type": "adam", "lr": 0.02, "weight_decay": 0.1}


def facts(module) -> dict:
    """What holds for every right function."""

    def steps(config, count):
        """Values after steps with gradients 1, 2, ... in every parameter."""
        torch.manual_seed(1)
        model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
        optimizer = module.get_optimizer(model, dict(config))
        for number in range(1, count + 1):
            for parameter in model.parameters():
                parameter.grad = torch.full_like(parameter, float(number))
            optimizer.step()
        return nn.utils.parameters_to_vector(model.parameters()).detach()

    def start():
        torch.manual_seed(1)
        return nn.utils.parameters_to_vector(nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1)).parameters()).detach()

    def by_hand(momentum):
        values, speed = start(), 0.0
        for number in (1, 2):
            speed = momentum * speed + number + 0.1 * values
            values = values - 0.2 * speed
        return values

    def adam_by_hand():
        values, first, second = start(), 0.0, 0.0
        for number in (1, 2):
            gradient = number + 0.1 * values
            first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
            values = values - 0.02 * (first / (1 - 0.9**number)) / ((second / (1 - 0.999**number)) ** 0.5 + 1e-8)
        return values

    def refuses():
        try:
            module.get_optimizer(nn.Linear(1, 1), {**SGD, "optimizer_type": "adamant"})
        except Exception:
            return True

    def config_kept():
        config = {**SGD, "momentum": 0.5}
        module.get_optimizer(nn.Linear(1, 1), config)
        return config == {**SGD, "momentum": 0.5}

    return {
        "sgd": lambda: torch.allclose(steps(SGD, 2), by_hand(0.0)),
        "momentum": lambda: torch.allclose(steps({**SGD, "momentum": 0.7}, 2), by_hand(0.7)),
        "adam": lambda: torch.allclose(steps(ADAM, 2), adam_by_hand(), atol=1e-6),
        "adam takes momentum": lambda: torch.allclose(steps({**ADAM, "momentum": 0.7}, 2), adam_by_hand(), atol=1e-6),
        "refuses": refuses,
        "config kept": config_kept,
    }


def test_the_solution_is_right(solution, faults):
    """Every fact holds for the solution."""
    assert faults(facts(solution)) == []


def test_every_right_plant_is_right(right, faults):
    """Every fact holds for the alternatives."""
    assert faults(facts(right)) == []


def test_every_mistake_is_seen(mistake, faults):
    """Some fact fails for each mistake, but not all."""
    assert 0 < len(faults(facts(mistake))) < 6
