"""Public checks of task 1.5. Run: pytest checks/test_training.py

The model here has one input pixel, two classes, no bias, and both weights 0: both scores are 0, both probabilities 1/2,
and the loss is ln 2 = 0.6931.
"""

import pytest
import torch
from torch import nn

IMAGES, TARGETS = torch.ones(2, 1, 1, 1), torch.tensor([0, 0])


@pytest.fixture
def training():
    """Your module."""
    import training

    return training


@pytest.fixture
def model():
    """Two weights, one a class, both 0."""
    layers = nn.Sequential(nn.Flatten(), nn.Linear(1, 2, bias=False))
    nn.init.zeros_(layers[1].weight)
    return layers


@pytest.fixture
def optimizer(model):
    """Plain gradient descent with learning rate 1."""
    return torch.optim.SGD(model.parameters(), lr=1.0)


def first_weight(model):
    """The weight of class 0; that of class 1 is its negative."""
    return round(float(model[1].weight.detach()[0, 0]), 4)


def test_optimizer_has_the_settings_it_was_given(training, model):
    """make_optimizer(model, 0.1, 0.9, 0.01) is SGD with lr 0.1, momentum 0.9 and weight decay 0.01."""
    optimizer = training.make_optimizer(model, 0.1, 0.9, 0.01)
    kind = type(optimizer).__name__
    assert isinstance(optimizer, torch.optim.SGD), f"make_optimizer returned {kind}; it should be torch.optim.SGD."
    for name, wanted in (("lr", 0.1), ("momentum", 0.9), ("weight_decay", 0.01)):
        got = optimizer.param_groups[0][name]
        assert got == wanted, f"make_optimizer(model, 0.1, 0.9, 0.01) has {name} {got}; it should be {wanted}."


def test_optimizer_leaves_frozen_parameters_out(training):
    """Of four parameters, two of them frozen, the optimizer holds the two others."""
    layers = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    layers[0].requires_grad_(False)
    n_held = sum(len(group["params"]) for group in training.make_optimizer(layers, 0.1, 0.0, 0.0).param_groups)
    assert n_held == 2, (
        f"The model has 2 frozen and 2 trainable parameters; the optimizer holds {n_held}.\n"
        "Which attribute of a parameter says whether it is to be trained?"
    )


def test_returns_the_mean_loss_before_the_update(training, model, optimizer):
    """Two images, each with loss ln 2, have mean loss 0.6931."""
    loss = training.train_step(model, IMAGES, TARGETS, optimizer)
    assert isinstance(loss, float), f"train_step returned {type(loss).__name__}; it should be a Python float."
    hints = {
        1.3863: "That is the sum over the two images; take the mean.",
        0.3133: "That is the loss after the update; it should be the one before.",
    }
    hint = hints.get(round(loss, 4), "")
    assert abs(loss - 0.6931) < 1e-3, f"train_step returned {loss:.4f}; it should be ln 2 = 0.6931.\n{hint}".strip()


def test_one_step_moves_the_weights(training, model, optimizer):
    """The gradient for class 0 is 1/2 - 1 = -1/2, so with learning rate 1 its weight becomes 1/2."""
    training.train_step(model, IMAGES, TARGETS, optimizer)
    got = first_weight(model)
    hints = {
        0.0: "The weight did not change: are there `backward` and `step`, and is nothing cleared between them?",
        0.25: "Half of it: cross-entropy applies softmax itself; was it applied before?",
        1.0: "The gradients of the two images were summed; take the mean.",
        -0.5: "The step went uphill.",
    }
    hint = hints.get(got, "")
    assert got == 0.5, f"After one step the weight of class 0 is {got}; it should be 0.5.\n{hint}".strip()


def test_gradients_do_not_pile_up(training, model, optimizer):
    """The second step starts with a fresh gradient: 1/2 + (1 - 0.7311) = 0.7689."""
    for _ in range(2):
        training.train_step(model, IMAGES, TARGETS, optimizer)
    got = first_weight(model)
    hint = "The first step's gradient was still there: what has to happen before the next one?" if got == 1.2689 else ""
    message = f"After two steps the weight of class 0 is {got}; it should be 0.7689.\n{hint}".strip()
    assert abs(got - 0.7689) < 1e-3, message


@pytest.mark.parametrize("mode", [True, False], ids=["train", "eval"])
def test_leaves_the_mode_of_the_model_alone(training, model, optimizer, mode):
    """A model in train mode stays in train mode, one in eval mode stays in eval mode."""
    model.train(mode)
    training.train_step(model, IMAGES, TARGETS, optimizer)
    assert model.training is mode, "train_step changed the model's mode; leave `train()` and `eval()` to the caller."
