"""Hidden checks of problem 1.5, the training step.

The model that is trained is the kit's own, and so is the optimizer.
"""

import pytest
import torch
import torch.nn.functional as F

from autograder.judge import Mistake, expect, expect_close
from autograder.judge.classifier import mean_loss
from autograder.judge.classifier_tolerances import FLOAT32_LOSS, FLOAT32_STEP
from autograder.judge.expect import fail, in_words
from autograder.judge.step_by_step import traced

from .step_lines import where_a_step_differs
from .training_runs import PLAIN, SETTINGS, model, note_values, plain, start, steps  # noqa: F401
from .trajectories import LOSS_MISTAKES, STEPS, Trajectory, three_steps


def has_moved(found, start):
    """Whether the first step changed the parameters, in numbers."""
    after = (found.weights[0], found.biases[0])
    return all(isinstance(value, torch.Tensor) and value.isfinite().all() for value in after) and any(
        value.shape == before.shape and not torch.equal(value.cpu(), before.cpu()) for value, before in zip(after, start)
    )


def expect_moved(found, start):
    """The first step changed the parameters."""
    expect(
        has_moved(found, start),
        "train_step(...) did not change the parameters.",
        "Is `optimizer.step()` called while the gradients are there?",
    )


@pytest.mark.check(weight=4)
def test_one_step_is_the_reference_step(student, reference, plain, start, batch):
    """train_step moves the parameters once, against the gradient of the mean cross-entropy"""
    want = three_steps(start, batch, PLAIN)
    mistakes = (Mistake(wrong.weights[0], words) for words, wrong in want.step_mistakes())
    with traced(lambda: where_a_step_differs(student, reference, start, batch, PLAIN)):
        expect_close(
            "After one train_step(...), the weight",
            plain.weights[0],
            want.weights[0],
            **FLOAT32_STEP,
            verb="has",
            mistakes=mistakes,
            hint=direction_hint(plain.weights[0], want.weights[0], start[0]),
        )
    with traced(lambda: where_a_step_differs(student, reference, start, batch, PLAIN)):
        expect_close(
            "After one train_step(...), the bias",
            plain.biases[0],
            want.biases[0],
            **FLOAT32_STEP,
            verb="has",
            mistakes=[Mistake(start[1], "The bias did not change, though it requires a gradient.")],
        )


def direction_hint(got, want, start):
    """Whether the step went the right way, but not as far as it should."""
    if isinstance(got, torch.Tensor) and got.shape == want.shape and got.is_floating_point():
        moved, right = (value.double().cpu() - start.double().cpu() for value in (got, want))
        if F.cosine_similarity(moved.flatten(), right.flatten(), dim=0) > 0.999:
            return (
                "The step goes the right way, but not the right distance: is the gradient clipped or scaled, or "
                "the learning rate changed?"
            )
    return "Which loss is differentiated, and with respect to what?"


@pytest.mark.check(weight=2)
def test_gradients_are_cleared_between_steps(student, plain, start, batch):
    """Every step uses the gradients of its own batch only"""
    want = three_steps(start, batch, PLAIN)
    if plain.fault is not None:
        raise plain.fault
    if not is_close(plain.weights[-1], want.weights[-1]):
        expect_no_memory(student, plain, start, batch, want)


def expect_no_memory(student, plain, start, batch, right):
    """A step that is wrong in itself, or not the only one that is: from the same parameters it leads to the same again."""
    expect_moved(plain, start)
    model = student.probe("build_linear_model", *start)
    optimizer, found = student.probe("plain_sgd", model, *PLAIN.values()), Trajectory()
    for _ in range(2):
        student.probe("load", model, {"1.weight": start[0], "1.bias": start[1]})
        student.training.train_step(model, batch.images, batch.targets, optimizer)
        note_values(student, model, start, found)
    piled = right.with_piled_gradients()
    hint = "Gradients of earlier batches are still in it: backward() adds to what is there. When is `zero_grad` called?"
    own = is_close(found.weights[1] - start[0], 2 * (found.weights[0] - start[0])) or is_close(plain.weights[-1], piled.weights[-1])
    expect(
        is_close(found.weights[1], found.weights[0]) and is_close(found.weights[0], plain.weights[0]),
        "A second train_step(...) on the same batch, from the same parameters, led to another weight than the first.",
        hint if own else "Is anything kept from one call to the next?",
    )


def is_close(got, want):
    """Whether a weight is what it should be, as far as steps in float32 tell."""
    return (
        isinstance(got, torch.Tensor)
        and got.shape == want.shape
        and torch.allclose(got.double().cpu(), want.double().cpu(), **FLOAT32_STEP)
    )


@pytest.mark.check
def test_momentum_and_weight_decay_act(student, reference, plain, start, batch):
    """Steps with momentum and weight decay are those of the optimizer"""
    found, want = steps(student, start, batch, SETTINGS), three_steps(start, batch, SETTINGS)
    if found.fault is not None and plain.fault is None:
        raise found.fault
    want_now = want.weights[len(found.weights) - 1]  # that a later step stops, another check says
    if is_close(found.weights[-1], want_now):
        return
    expect_moved(plain, start)
    if len(found.weights) == STEPS and follows_the_optimizer(student, found, plain, start, batch):
        return  # with a gradient of its own, which another check says
    mistakes = (Mistake(wrong.weights[-1], words) for words, wrong in want.setting_mistakes())
    first_is_right = is_close(found.weights[0], want.weights[0])
    with traced(lambda: "" if first_is_right else where_a_step_differs(student, reference, start, batch, SETTINGS)):
        expect_close(
            f"After {STEPS} calls of train_step(...) with momentum and weight decay, the weight",
            found.weights[-1],
            want.weights[-1],
            **FLOAT32_STEP,
            mistakes=mistakes,
            verb="has",
            hint="Is it the optimizer that moves the parameters, and is it SGD?",
        )


def follows_the_optimizer(student, found, plain, start, batch):
    """Whether two steps with momentum and weight decay are SGD's, for the gradients that steps without them show."""
    lr, momentum, decay = SETTINGS.values()
    weights = [start[0].double(), *(weight.double() for weight in found.weights[:2])]
    first = (weights[0] - plain.weights[0].double()) / PLAIN["lr"]
    alone = steps(student, (found.weights[0], found.biases[0]), batch, PLAIN, 1)
    second = (weights[1] - alone.weights[0].double()) / PLAIN["lr"]
    speed = first + decay * weights[0]
    once = weights[0] - lr * speed
    twice = weights[1] - lr * (momentum * speed + second + decay * weights[1])
    return is_close(weights[1], once) and is_close(weights[2], twice)


@pytest.mark.check(weight=3)
def test_returns_the_loss_before_the_update(student, reference, plain, start, batch):
    """train_step returns the mean cross-entropy before the update, as a Python float"""
    loss, want = plain.losses[0], three_steps(start, batch, PLAIN)
    if type(loss) not in (int, float):
        hint = "`loss.item()` makes one, and frees the graph." if isinstance(loss, torch.Tensor) else ""
        fail(f"train_step(...) returned {in_words(loss)}; it should be a Python float.", hint)
    if not is_close(plain.weights[0], want.weights[0]) and returns_what_it_follows(student, loss, plain, start, batch):
        return  # another loss, but the one from which it learns, which another check says
    with traced(lambda: where_a_step_differs(student, reference, start, batch, PLAIN)):
        expect_close(
            "train_step(...)",
            loss,
            torch.tensor(want.losses[0]),
            **FLOAT32_LOSS,
            mistakes=loss_mistakes(want, start, batch),
            hint="Which loss is it, and of which scores?",
        )
    expect_later_losses(plain, want)


def expect_later_losses(plain, want):
    """Each later step returns its own loss, as far as the parameters before it are right."""
    for place in range(1, len(plain.losses)):
        if not is_close(plain.weights[place - 1], want.weights[place - 1]):
            return
        call, loss = f"train_step(...), called a {('second', 'third')[place - 1]} time,", plain.losses[place]
        if type(loss) not in (int, float):
            fail(f"{call} returned {in_words(loss)}; it should be a Python float.")
        so_far = torch.tensor(want.losses[: place + 1])
        expect_close(
            call,
            loss,
            so_far[-1],
            **FLOAT32_LOSS,
            mistakes=[
                Mistake(so_far.sum(), "The losses of all steps are added up: where is the sum kept, and who asked for it?"),
                Mistake(so_far.mean(), "That is the mean over all steps so far; the loss of this batch was asked for."),
                Mistake(so_far[0], "That is the loss of the first step again: is it kept somewhere?"),
            ],
            hint="The first call returned the right loss. What is kept from one call to the next?",
        )


def returns_what_it_follows(student, loss, plain, start, batch):
    """Whether the step goes down the slope of the numbers that are returned."""
    weight, bias = start
    if abs(loss) > 1e6 or not has_moved(plain, start):
        return False
    way = (weight - plain.weights[0]) / PLAIN["lr"]
    size = float(way.norm())
    if not 1e-6 < size < 1e6:
        return False
    ends = [steps(student, (weight + sign * 1e-2 * way / size, bias), batch, PLAIN, 1).losses[0] for sign in (1, -1)]
    if not all(type(end) in (int, float) and abs(end) < 1e6 for end in ends):
        return False
    return abs((ends[0] - ends[1]) / 2e-2 - size) < 2e-2 * size


def loss_mistakes(want, start, batch):
    """What is often returned instead of the mean cross-entropy before the update."""
    n, pixels, targets = len(batch), batch.images.flatten(1), batch.targets
    after = mean_loss(F.linear(pixels, want.weights[0], want.biases[0]), targets)
    yield Mistake(torch.tensor(after), "That is the loss after the update; it should be the one before.")
    yield Mistake(torch.tensor(want.losses[0] * n), "That is the sum over the batch; it should be the mean.")
    yield Mistake(torch.tensor(want.losses[0] / n), "The mean over the batch is divided by the batch size once more.")
    for words, wrong in LOSS_MISTAKES.items():
        yield Mistake(wrong(F.linear(pixels, *start), targets).cpu(), words)


@pytest.mark.check(weight=2)
@pytest.mark.parametrize("mode", ["train", "eval"])
def test_leaves_the_mode_of_the_model(student, model, plain, start, batch, mode):
    """train_step leaves the model in the mode in which it found it"""
    right = three_steps(start, batch, PLAIN).losses[0]
    if not (type(plain.losses[0]) is float and abs(plain.losses[0] - right) < 1e-3):
        expect_moved(plain, start)  # what does nothing leaves all modes alone
    getattr(model, mode)()
    optimizer = student.probe("plain_sgd", model, *SETTINGS.values())
    student.training.train_step(model, batch.images, batch.targets, optimizer)
    flags = student.probe("module_flags", model)
    expect(
        set(flags.values()) == {mode == "train"},
        f"train_step(...) put a model in {mode} mode into another mode.",
        "The mode is the caller's business: whoever trains a part of a model wants the rest to stay in eval mode.",
    )


@pytest.mark.check
def test_leaves_frozen_parameters_alone(student, model, start, batch):
    """A frozen parameter keeps its value while the others are trained"""
    student.probe("set_requires_grad", model, {"1.weight": False})
    optimizer = student.probe("plain_sgd", model, *SETTINGS.values())
    student.training.train_step(model, batch.images, batch.targets, optimizer)
    values = student.probe("parameter_values", model)
    expect(torch.equal(values["1.weight"].cpu(), start[0].cpu()), "train_step(...) changed a frozen parameter.")
    expect(
        not torch.equal(values["1.bias"].cpu(), start[1].cpu()),
        "train_step(...) did not change a trainable parameter of a model with frozen ones.",
    )
