"""Hidden checks of problem 1.5, the optimizer and the training step.

The model that is trained is the kit's own, so nobody needs to have solved another problem for this one.
"""
import pytest
import torch
import torch.nn.functional as F

from autograder.judge import Mistake, expect, expect_close
from autograder.judge.classifier import mean_loss
from autograder.judge.expect import fail, in_words
from autograder.judge.tolerances import FLOAT32_STEP
from autograder.judge.trajectories import STEPS, Trajectory, three_steps
from autograder.sandbox.student import Held

SETTINGS = {"lr": 0.5, "momentum": 0.8, "weight_decay": 0.1}
MAKES = "test_makes_sgd_with_the_settings"
STEP = "test_one_step_is_the_reference_step"


@pytest.fixture(scope="module")
def start(draw, batch):
    """Weight and bias that training starts from."""
    pixels = batch.images[0].numel()
    return draw("weight of the trained layer", batch.n_classes, pixels) / pixels ** 0.5, draw("its bias", batch.n_classes)


@pytest.fixture
def model(student, start):
    """A linear model of the kit's, in the child."""
    return student.probe("build_linear_model", *start)


def steps(student, model, batch, settings) -> Trajectory:
    """What three training steps of the student's do to the kit's model: losses, weights and biases after each."""
    optimizer = student.training.make_optimizer(model, *settings.values())
    found = Trajectory()
    for _ in range(STEPS):
        found.losses.append(student.training.train_step(model, batch.images, batch.targets, optimizer))
        values = student.probe("parameter_values", model)
        found.weights.append(values["1.weight"])
        found.biases.append(values["1.bias"])
    return found


@pytest.mark.check(weight=3)
def test_makes_sgd_with_the_settings(student, model):
    """make_optimizer returns SGD with the learning rate, momentum and weight decay it was given"""
    made = student.training.make_optimizer(model, 0.25, 0.75, 0.125)
    if not isinstance(made, Held):
        fail(f"make_optimizer(...) returned {in_words(made)}; it should be a torch.optim.Optimizer.")
    found = student.probe("optimizer_settings", made, model)
    classes = [name for name in found["classes"] if isinstance(name, str)]
    expect("Optimizer" in classes, f"make_optimizer(...) returned {in_words(made)}; it should be a torch.optim.Optimizer.")
    expect("SGD" in classes, f"make_optimizer(...) returned an optimizer of class {classes[0]}; the handout asks for SGD.")
    for name, wanted in (("lr", 0.25), ("momentum", 0.75), ("weight_decay", 0.125)):
        values = {group["settings"].get(name) for group in found["groups"]}
        expect(values == {wanted}, f"make_optimizer(...) made SGD with a {name} that is not the one it was given.",
               f"Does `{name}` reach torch.optim.SGD under that name?")


@pytest.mark.check(weight=3, needs=MAKES)
def test_leaves_frozen_parameters_out(student, model):
    """make_optimizer takes the parameters that require gradients, all of them and no others"""
    student.probe("set_requires_grad", model, {"1.bias": False})
    made = student.training.make_optimizer(model, *SETTINGS.values())
    names = [name for group in student.probe("optimizer_settings", made, model)["groups"] for name in group["names"]]
    expect("1.bias" not in names, "make_optimizer(...) took a frozen parameter into the optimizer.",
           "A parameter is frozen when its `requires_grad` is False; weight decay would still move it if it had a gradient.")
    expect("1.weight" in names, "make_optimizer(...) left a trainable parameter out of the optimizer.")
    expect(sorted(names, key=str) == ["1.weight"], "make_optimizer(...) holds tensors that are not the model's parameters.",
           "Pass the parameter objects themselves, not copies.")


@pytest.mark.check(weight=5)
def test_one_step_is_the_reference_step(student, model, start, batch):
    """One step of plain SGD moves the parameters against the gradient of the mean cross-entropy"""
    settings = {"lr": 0.5, "momentum": 0.0, "weight_decay": 0.0}
    found = steps(student, model, batch, settings)
    want = three_steps(start, batch, settings)
    call = "After one train_step(...) with SGD, the weight"
    mistakes = [Mistake(wrong.weights[0], words) for words, wrong in want.first_step_mistakes()]
    expect_close(call, found.weights[0], want.weights[0], **FLOAT32_STEP, mistakes=mistakes,
                 hint="Which loss is differentiated, and with respect to what?")
    expect_close("After one train_step(...) with SGD, the bias", found.biases[0], want.biases[0], **FLOAT32_STEP)


@pytest.mark.check(weight=3, needs=STEP)
def test_gradients_are_cleared_between_steps(student, model, start, batch):
    """Every step uses the gradients of its own batch only"""
    settings = {"lr": 0.5, "momentum": 0.0, "weight_decay": 0.0}
    found, want = steps(student, model, batch, settings), three_steps(start, batch, settings)
    piled = want.with_piled_gradients()
    mistakes = [Mistake(piled.weights[-1], "Gradients of earlier batches are still in it: backward() adds to what is there. "
                                           "When is `zero_grad` called?")]
    expect_close(f"After {STEPS} calls of train_step(...), the weight", found.weights[-1], want.weights[-1],
                 **FLOAT32_STEP, mistakes=mistakes)


@pytest.mark.check(weight=2, needs=STEP)
def test_momentum_and_weight_decay_act(student, model, start, batch):
    """Momentum and weight decay act as torch's SGD defines them"""
    found, want = steps(student, model, batch, SETTINGS), three_steps(start, batch, SETTINGS)
    mistakes = [Mistake(wrong.weights[-1], words) for words, wrong in want.setting_mistakes()]
    expect_close(f"After {STEPS} calls of train_step(...) with momentum and weight decay, the weight", found.weights[-1],
                 want.weights[-1], **FLOAT32_STEP, mistakes=mistakes)


@pytest.mark.check(weight=2, needs=STEP)
def test_returns_the_loss_before_the_update(student, model, start, batch):
    """train_step returns the mean cross-entropy before the update, as a Python float"""
    settings = {"lr": 0.5, "momentum": 0.0, "weight_decay": 0.0}
    loss, want = steps(student, model, batch, settings).losses[0], three_steps(start, batch, settings)
    if isinstance(loss, torch.Tensor):
        fail(f"train_step(...) returned {in_words(loss)}; it should be a Python float.", "`loss.item()` makes one, and frees the graph.")
    expect(type(loss) in (int, float), f"train_step(...) returned {in_words(loss)}; it should be a Python float.")
    after = mean_loss(F.linear(batch.images.flatten(1), want.weights[0], want.biases[0]), batch.targets)
    mistakes = [Mistake(torch.tensor(after), "That is the loss after the update; it should be the one before."),
                Mistake(torch.tensor(want.losses[0] * len(batch)), "That is the sum over the batch; it should be the mean.")]
    expect_close("train_step(...)", loss, torch.tensor(want.losses[0]), rtol=1e-5, atol=1e-5, mistakes=mistakes)


@pytest.mark.check(weight=1, needs=STEP)
@pytest.mark.parametrize("mode", ["train", "eval"])
def test_leaves_the_mode_of_the_model(student, model, batch, mode):
    """train_step leaves the model in the mode in which it found it"""
    getattr(model, mode)()
    optimizer = student.training.make_optimizer(model, *SETTINGS.values())
    student.training.train_step(model, batch.images, batch.targets, optimizer)
    flags = student.probe("module_flags", model)
    expect(set(flags.values()) == {mode == "train"}, f"train_step(...) put a model in {mode} mode into another mode.",
           "The mode is the caller's business: whoever trains a part of a model wants the rest to stay in eval mode.")


@pytest.mark.check(weight=1, needs=STEP)
def test_leaves_frozen_parameters_alone(student, model, start, batch):
    """A frozen parameter keeps its value while the others are trained"""
    student.probe("set_requires_grad", model, {"1.weight": False})
    optimizer = student.training.make_optimizer(model, *SETTINGS.values())
    student.training.train_step(model, batch.images, batch.targets, optimizer)
    values = student.probe("parameter_values", model)
    expect(torch.equal(values["1.weight"], start[0]), "train_step(...) changed a frozen parameter.")
    expect(not torch.equal(values["1.bias"], start[1]), "train_step(...) did not change a trainable parameter of a model with frozen ones.")
