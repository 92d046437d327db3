"""Hidden checks of problem 1.5, the optimizer; the training step is judged in `test_training__step.py`.

The model that is trained is the kit's own, so nobody needs to have solved another problem for this one.
"""

import pytest

from autograder.judge import Mistake, expect, expect_close
from autograder.judge.classifier_tolerances import FLOAT32_STEP
from autograder.judge.expect import fail, in_words
from autograder.sandbox.held import Held

from .training_runs import SETTINGS, model, note_values, start  # noqa: F401
from .trajectories import OTHER_OPTIMIZERS, STEPS, Trajectory, three_steps

CALL = "make_optimizer(model, lr, momentum, weight_decay)"


@pytest.fixture
def deep_model(student, model, draw, start):
    """A model of two affine layers of the kit's, in the child: `1` and `2.1`."""
    n = len(start[1])
    model.append(student.probe("build_linear_model", draw("weight of the second layer", n, n), draw("its bias", n)))
    return model


def optimizer_for(student, model, settings):
    """What make_optimizer returns, and what the kit's probe says of it; it must be an optimizer."""
    made = student.training.make_optimizer(model, *settings.values())
    if not isinstance(made, Held):
        fail(f"{CALL} returned {in_words(made)}; it should be a torch.optim.Optimizer.")
    if "param_groups" not in student.probe("attributes", made, "param_groups"):
        fail(f"{CALL} returned {in_words(made)}; it should be a torch.optim.Optimizer.")
    return made, student.probe("optimizer_settings", made, model)


@pytest.mark.check(weight=4)
def test_makes_sgd_with_the_settings(student, model, start, batch):
    """make_optimizer returns SGD with the learning rate, momentum and weight decay it was given"""
    made, found = optimizer_for(student, model, SETTINGS)
    classes = [name for name in found["classes"] if isinstance(name, str)]
    other = next((name for name in classes if name in OTHER_OPTIMIZERS), None)
    expect(other is None, f"{CALL} returned an optimizer of class {other}; the handout asks for SGD.")
    for group in found["groups"] if "SGD" in classes else ():
        expect_settings(group["settings"])
    moved, want = Trajectory(), three_steps(start, batch, SETTINGS)
    for _ in range(STEPS):  # the kit's own training step, so that this check is about the optimizer alone
        student.probe("scores_and_gradients", model, batch.images, batch.targets)
        made.step()
        note_values(student, model, start, moved)
    call = f"After {STEPS} steps of the optimizer from {CALL}, the"
    hint = "Are all trainable parameters in it, with the settings that were given?"
    mistakes = (Mistake(wrong.weights[-1], words) for words, wrong in want.setting_mistakes())
    expect_close(f"{call} weight", moved.weights[-1], want.weights[-1], **FLOAT32_STEP, mistakes=mistakes, hint=hint, verb="has")
    expect_close(f"{call} bias", moved.biases[-1], want.biases[-1], **FLOAT32_STEP, hint=hint, verb="has")


def expect_settings(settings):
    """The settings of SGD are those that make_optimizer was given."""
    hint = "Does each of them reach torch.optim.SGD under its own name?"
    if settings.get("momentum") == SETTINGS["weight_decay"] and settings.get("weight_decay") == SETTINGS["momentum"]:
        hint = "Momentum and weight decay are exchanged."
    elif settings.get("dampening"):
        hint = "The fourth argument of SGD is `dampening`: give weight decay by name."
    for name, given in SETTINGS.items():
        expect(
            settings.get(name) == given,
            f"{CALL} made SGD with {name}={settings.get(name)}, which is not the {name} that it was given.",
            hint,
        )
    expect(
        not settings.get("nesterov"),
        f"{CALL} made SGD with nesterov=True.",
        "That is Nesterov's momentum; plain momentum was asked for.",
    )
    expect(not settings.get("maximize"), f"{CALL} made SGD with maximize=True.", "The step goes up the gradient instead of down.")


@pytest.mark.check(weight=3)
@pytest.mark.parametrize("which", ["frozen ones stay out", "all others are in"])
def test_leaves_frozen_parameters_out(student, deep_model, which):
    """make_optimizer takes the parameters that require gradients, all of them and no others"""
    student.probe("set_requires_grad", deep_model, {"1.bias": False, "2.1.weight": False})
    _, found = optimizer_for(student, deep_model, SETTINGS)
    names = [name for group in found["groups"] for name in group["names"]]
    expect(
        None not in names,
        f"{CALL} holds tensors that are not the model's parameters.",
        "Pass the parameter objects themselves, not copies.",
    )
    expect(bool(names), f"{CALL} holds no parameters.", "Does it take the parameters of every layer?")
    if which == "frozen ones stay out":
        expect(
            not {"1.bias", "2.1.weight"} & set(names),
            f"{CALL} took a frozen parameter into the optimizer.",
            "A parameter is frozen when its `requires_grad` is False; if it still had a gradient, it would be moved.",
        )
        return
    expect(
        {"1.weight", "2.1.bias"} <= set(names),
        f"{CALL} left a trainable parameter out of the optimizer.",
        "Does it take the parameters of every layer?",
    )
    expect(len(names) == len(set(names)), f"{CALL} holds a parameter twice.")
