"""Models of ours that are trained, and what steps of a student's do to them."""

import pytest

from autograder.judge import expect
from autograder.judge.asked_once import asked_once
from autograder.judge.expect import expect_shape
from autograder.sandbox.faults import Raised

from .trajectories import STEPS, Trajectory

# With larger steps the loss of so few images is gone after the first, and the others would prove nothing.
PLAIN = {"lr": 0.125, "momentum": 0.0, "weight_decay": 0.0}
SETTINGS = {"lr": 0.0625, "momentum": 0.75, "weight_decay": 0.5}


@pytest.fixture(scope="module")
def start(draw, batch):
    """Weight and bias that training starts from."""
    pixels = batch.images[0].numel()
    weight = draw("weight of the trained layer", batch.n_classes, pixels) / pixels**0.5
    return weight, draw("its bias", batch.n_classes)


@pytest.fixture
def model(student, start):
    """A linear model of the kit's, in the child."""
    return student.probe("build_linear_model", *start)


def note_values(student, model, start, found):
    """Keep the parameters' values after a step."""
    values = student.probe("parameter_values", model)
    for name, before, kept in (("1.weight", start[0], found.weights), ("1.bias", start[1], found.biases)):
        value = expect_shape(f"The model's parameter {name} after a step", values[name], before.shape)
        expect(value.is_floating_point(), f"The model's parameter {name} has dtype {value.dtype} after a step.")
        kept.append(value)


def steps(student, start, batch, settings, n_steps=STEPS) -> Trajectory:
    """What training steps of the student's do to a model of ours with an optimizer of ours: losses, weights and biases after each.

    Whether make_optimizer gives such an optimizer is another check's question.
    """
    model = student.probe("build_linear_model", *start)
    optimizer, found = student.probe("plain_sgd", model, *settings.values()), Trajectory()
    for place in range(n_steps):
        try:
            found.losses.append(student.training.train_step(model, batch.images, batch.targets, optimizer))
        except Raised as fault:
            if not place:
                raise
            found.fault = fault  # of a later step, on which the first one does not depend
            break
        note_values(student, model, start, found)
    return found


@pytest.fixture
def plain(student, start, batch):
    """Three steps of the student's without momentum and weight decay, taken once."""
    return asked_once(student, "plain steps", lambda: steps(student, start, batch, PLAIN))
