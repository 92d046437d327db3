"""Hidden checks of problem 1.5, the optimizer and the training step.

The model that is trained is the kit's own, so nobody needs to have solved another problem for this one.
"""
import pytest
import torch
import torch.nn.functional as F

from autograder.judge import Mistake, expect, expect_close
from autograder.judge.classifier import mean_loss
from autograder.judge.classifier_tolerances import FLOAT32_LOSS, FLOAT32_STEP
from autograder.judge.expect import CheckFailed, fail, in_words
from autograder.sandbox.faults import Missing, NotWritten, Raised
from autograder.sandbox.student import Held

from .trajectories import LOSS_MISTAKES, OTHER_OPTIMIZERS, STEPS, Trajectory, steps_of_torch, three_steps

# With larger steps the loss of so few images is gone after the first, and the others would prove nothing.
PLAIN = {"lr": 0.125, "momentum": 0.0, "weight_decay": 0.0}
SETTINGS = {"lr": 0.0625, "momentum": 0.75, "weight_decay": 0.5}
STEP = "test_one_step_is_the_reference_step"
CALL = "make_optimizer(model, lr, momentum, weight_decay)"


@pytest.fixture(scope="module")
def start(draw, batch):
    """Weight and bias that training starts from."""
    pixels = batch.images[0].numel()
    weight = draw("weight of the trained layer", batch.n_classes, pixels) / pixels ** 0.5
    return weight, draw("its bias", batch.n_classes)


@pytest.fixture
def model(student, start):
    """A linear model of the kit's, in the child."""
    return student.probe("build_linear_model", *start)


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


def note_values(student, model, found):
    """Keep the parameters' values after a step."""
    values = student.probe("parameter_values", model)
    found.weights.append(values["1.weight"])
    found.biases.append(values["1.bias"])


def usable_optimizer(student, model, settings):
    """As `optimizer_for`; where make_optimizer gives none, the kit's own, so that its mistake costs train_step nothing."""
    try:
        return optimizer_for(student, model, settings)
    except (CheckFailed, Raised, Missing, NotWritten):
        made = student.probe("plain_sgd", model, *settings.values())
        return made, student.probe("optimizer_settings", made, model)


def steps(student, model, batch, settings) -> Trajectory:
    """What three training steps of the student's do to the kit's model: losses, weights and biases after each."""
    optimizer, _ = usable_optimizer(student, model, settings)
    found = Trajectory()
    for _ in range(STEPS):
        found.losses.append(student.training.train_step(model, batch.images, batch.targets, optimizer))
        note_values(student, model, found)
    return found


@pytest.mark.check(weight=3)
def test_makes_sgd_with_the_settings(student, model, start, batch):
    """make_optimizer returns SGD with the learning rate, momentum and weight decay it was given"""
    made, found = optimizer_for(student, model, SETTINGS)
    classes = [name for name in found["classes"] if isinstance(name, str)]
    other = next((name for name in classes if name in OTHER_OPTIMIZERS), None)
    expect(other is None, f"{CALL} returned an optimizer of class {other}; the handout asks for SGD.")
    for group in found["groups"] if "SGD" in classes else ():
        expect_settings(group["settings"])
    moved, want = Trajectory(), three_steps(start, batch, SETTINGS)
    for _ in range(STEPS):      # the kit's own training step, so that this check is about the optimizer alone
        student.probe("scores_and_gradients", model, batch.images, batch.targets)
        made.step()
        note_values(student, model, moved)
    call = f"After {STEPS} steps of the optimizer from {CALL}, the"
    hint = "Are all trainable parameters in it, with the settings that were given?"
    mistakes = (Mistake(wrong.weights[-1], words) for words, wrong in want.setting_mistakes())
    expect_close(f"{call} weight", moved.weights[-1], want.weights[-1], **FLOAT32_STEP, mistakes=mistakes, hint=hint,
                 verb="has")
    expect_close(f"{call} bias", moved.biases[-1], want.biases[-1], **FLOAT32_STEP, hint=hint, verb="has")


def expect_settings(settings):
    """The settings of SGD are those that make_optimizer was given."""
    hint = "Does each of them reach torch.optim.SGD under its own name?"
    if settings.get("momentum") == SETTINGS["weight_decay"] and settings.get("weight_decay") == SETTINGS["momentum"]:
        hint = "Momentum and weight decay are exchanged."
    elif settings.get("dampening"):
        hint = "The fourth argument of SGD is `dampening`: give weight decay by name."
    for name, given in SETTINGS.items():
        expect(settings.get(name) == given,
               f"{CALL} made SGD with {name}={settings.get(name)}, which is not the {name} that it was given.", hint)
    expect(not settings.get("nesterov"), f"{CALL} made SGD with nesterov=True.",
           "That is Nesterov's momentum; plain momentum was asked for.")
    expect(not settings.get("maximize"), f"{CALL} made SGD with maximize=True.",
           "The step goes up the gradient instead of down.")


@pytest.mark.check(weight=3)
def test_leaves_frozen_parameters_out(student, deep_model):
    """make_optimizer takes the parameters that require gradients, all of them and no others"""
    student.probe("set_requires_grad", deep_model, {"1.bias": False, "2.1.weight": False})
    _, found = optimizer_for(student, deep_model, SETTINGS)
    names = [name for group in found["groups"] for name in group["names"]]
    expect(None not in names, f"{CALL} holds tensors that are not the model's parameters.",
           "Pass the parameter objects themselves, not copies.")
    expect(not {"1.bias", "2.1.weight"} & set(names), f"{CALL} took a frozen parameter into the optimizer.",
           "A parameter is frozen when its `requires_grad` is False; if it still had a gradient, it would be moved.")
    expect({"1.weight", "2.1.bias"} <= set(names), f"{CALL} left a trainable parameter out of the optimizer.",
           "Does it take the parameters of every layer?")
    expect(len(names) == 2, f"{CALL} holds a parameter twice.")


def right_steps(student, model, batch, start, settings) -> Trajectory:
    """Three right steps with the optimizer that the student makes; which one that should be, another check judges."""
    _, found = usable_optimizer(student, model, settings)
    groups = [group["settings"] for group in found["groups"]]
    same = groups[0] if groups and all(group == groups[0] for group in groups) else {}
    return steps_of_torch(found["classes"], same, start, batch) or three_steps(start, batch, settings)


@pytest.mark.check(weight=5)
def test_one_step_is_the_reference_step(student, model, start, batch):
    """train_step moves the parameters once, against the gradient of the mean cross-entropy"""
    want = right_steps(student, model, batch, start, PLAIN)
    found = steps(student, model, batch, PLAIN)
    plain = three_steps(start, batch, PLAIN)
    mistakes = (Mistake(wrong.weights[0], words) for words, wrong in plain.step_mistakes())
    expect_close("After one train_step(...), the weight", found.weights[0], want.weights[0], **FLOAT32_STEP, verb="has",
                 mistakes=mistakes, hint=direction_hint(found.weights[0], plain.weights[0], start[0]))
    expect_close("After one train_step(...), the bias", found.biases[0], want.biases[0], **FLOAT32_STEP, verb="has",
                 mistakes=[Mistake(start[1], "The bias did not change, though it requires a gradient.")])


def direction_hint(got, want, start):
    """Whether the step went the right way, but not as far as it should."""
    if isinstance(got, torch.Tensor) and got.shape == want.shape and got.is_floating_point():
        moved, right = (value.double().cpu() - start.double().cpu() for value in (got, want))
        if F.cosine_similarity(moved.flatten(), right.flatten(), dim=0) > 0.999:
            return ("The step goes the right way, but not the right distance: is the gradient clipped or scaled, or "
                    "the learning rate changed?")
    return "Which loss is differentiated, and with respect to what?"


@pytest.mark.check(weight=3, needs=STEP)
def test_gradients_are_cleared_between_steps(student, model, start, batch):
    """Every step uses the gradients of its own batch only"""
    want = right_steps(student, model, batch, start, PLAIN)
    found = steps(student, model, batch, PLAIN)
    piled = three_steps(start, batch, PLAIN).with_piled_gradients()
    mistake = Mistake(piled.weights[-1], "Gradients of earlier batches are still in it: backward() adds to what is "
                                         "there. When is `zero_grad` called?")
    expect_close(f"After {STEPS} calls of train_step(...), the weight", found.weights[-1], want.weights[-1],
                 **FLOAT32_STEP, verb="has", mistakes=[mistake], hint="Is anything kept from one call to the next?")


@pytest.mark.check(weight=2, needs=STEP)
def test_momentum_and_weight_decay_act(student, model, start, batch):
    """Three steps with momentum and weight decay end where torch's SGD ends"""
    found, want = steps(student, model, batch, SETTINGS), three_steps(start, batch, SETTINGS)
    mistakes = (Mistake(wrong.weights[-1], words) for words, wrong in want.setting_mistakes())
    expect_close(f"After {STEPS} calls of train_step(...) with momentum and weight decay, the weight",
                 found.weights[-1], want.weights[-1], **FLOAT32_STEP, mistakes=mistakes, verb="has",
                 hint="Is it the optimizer that moves the parameters, and is it SGD?")


@pytest.mark.check(weight=2)
def test_returns_the_loss_before_the_update(student, model, start, batch):
    """train_step returns the mean cross-entropy before the update, as a Python float"""
    loss, want = steps(student, model, batch, PLAIN).losses[0], three_steps(start, batch, PLAIN)
    if type(loss) not in (int, float):
        hint = "`loss.item()` makes one, and frees the graph." if isinstance(loss, torch.Tensor) else ""
        fail(f"train_step(...) returned {in_words(loss)}; it should be a Python float.", hint)
    expect_close("train_step(...)", loss, torch.tensor(want.losses[0]), **FLOAT32_LOSS,
                 mistakes=loss_mistakes(want, start, batch), hint="Which loss is it, and of which scores?")


def loss_mistakes(want, start, batch):
    """What is often returned instead of the mean cross-entropy before the update."""
    n, pixels, targets = len(batch), batch.images.flatten(1), batch.targets
    after = mean_loss(F.linear(pixels, want.weights[0], want.biases[0]), targets)
    yield Mistake(torch.tensor(after), "That is the loss after the update; it should be the one before.")
    yield Mistake(torch.tensor(want.losses[0] * n), "That is the sum over the batch; it should be the mean.")
    yield Mistake(torch.tensor(want.losses[0] / n), "The mean over the batch is divided by the batch size once more.")
    for words, wrong in LOSS_MISTAKES.items():
        yield Mistake(wrong(F.linear(pixels, *start), targets).cpu(), words)


@pytest.mark.check(weight=1, needs=STEP)
@pytest.mark.parametrize("mode", ["train", "eval"])
def test_leaves_the_mode_of_the_model(student, model, batch, mode):
    """train_step leaves the model in the mode in which it found it"""
    getattr(model, mode)()
    optimizer, _ = usable_optimizer(student, model, SETTINGS)
    student.training.train_step(model, batch.images, batch.targets, optimizer)
    flags = student.probe("module_flags", model)
    expect(set(flags.values()) == {mode == "train"}, f"train_step(...) put a model in {mode} mode into another mode.",
           "The mode is the caller's business: whoever trains a part of a model wants the rest to stay in eval mode.")


@pytest.mark.check(weight=1, needs=STEP)
def test_leaves_frozen_parameters_alone(student, model, start, batch):
    """A frozen parameter keeps its value while the others are trained"""
    student.probe("set_requires_grad", model, {"1.weight": False})
    optimizer, _ = usable_optimizer(student, model, SETTINGS)
    student.training.train_step(model, batch.images, batch.targets, optimizer)
    values = student.probe("parameter_values", model)
    expect(torch.equal(values["1.weight"], start[0].cpu()), "train_step(...) changed a frozen parameter.")
    expect(not torch.equal(values["1.bias"], start[1].cpu()),
           "train_step(...) did not change a trainable parameter of a model with frozen ones.")
