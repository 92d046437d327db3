"""Hidden checks of problem 2.2, the moving average and the pass that trains with it.

All networks are the kit's own. What a pass should give is computed here with the student's own loss and update, asked for values,
so a mistake in one of these costs its points where it belongs and not here.
"""
from functools import cache

import pytest
import torch

from autograder.judge import Mistake, expect
from autograder.judge.expect import fail, in_words

from .averaged_passes import BATCHES, LR, PASS, RIGHT, Boxes, Pass, Start, own_boxes, pass_words, right_loss, same
from .moving_averages import (
    AVERAGE,
    Update,
    buffer_mistakes,
    draw_values,
    expect_held,
    function_of,
    joined,
    parameter_mistakes,
    parameters_of,
)

MOVES = "test_parameters_move_towards_the_model"
STUDENT_END = "test_student_takes_one_step_a_batch"
CALL = "update_ema(...)"
UPDATED_TWICE = "It looks as if a shared parameter was updated twice: which of torch's iterators gives it once?"
LEFT_OUT = "It looks as if parameters that do not train were left out: is there a condition on `requires_grad`?"


@pytest.fixture(scope="module")
def make_update(pick, draw):
    """`make_update(kind)`: two networks of a kind with different values, and a decay that is not one half."""
    @cache
    def make(kind, decay=None):
        chance = pick(f"update {kind}")
        average, model = (draw_values(kind, who, draw, chance) for who in ("average", "model"))
        return Update(kind, average, model, chance.choice([0.6, 0.7, 0.8, 0.9]) if decay is None else decay)
    return make


def expect_parameters(update, reply, names):
    """These parameters are the new average."""
    got, want = joined(reply["average"], names), joined({name: update.want(name) for name in names}, names)
    model_changed = not torch.equal(joined(reply["model"], names), joined(update.model, names))
    expect_held(f"After {CALL} with decay = {update.decay} the average", got, want, **AVERAGE,
                mistakes=parameter_mistakes(update, names, got, model_changed),
                hint="Which two numbers weigh the old average and the model, and what do they add up to?")


def expect_moved(update, reply):
    """The average changed at all: whoever does nothing does nothing wrong."""
    names = list(update.average)
    expect(not torch.equal(joined(reply["average"], names), joined(update.average, names)), f"{CALL}: the average did not change.",
           "Is a result given to a local name instead of the tensor, or are the two networks exchanged?")


@pytest.mark.check(weight=4)
@pytest.mark.parametrize("decay", [None, 0.0, 1.0], ids=["a decay between 0 and 1", "decay 0", "decay 1"])
def test_parameters_move_towards_the_model(student, make_update, decay):
    """Every parameter becomes decay times itself plus one minus decay times the model's"""
    update = make_update("plain", decay)
    expect_parameters(update, update.ask(student), list(update.average))


@pytest.mark.check(weight=1, needs=MOVES)
def test_shared_and_frozen_parameters_are_updated_once(student, make_update):
    """A parameter that two layers share is updated once, and one that does not train is updated, too"""
    update = make_update("tied")
    reply = update.ask(student)
    once = update.want("first.weight")
    twice = update.decay * once + (1 - update.decay) * update.model["first.weight"]
    expect_held(f"After {CALL} a weight of the average that two of its layers share", reply["average"].get("first.weight"), once,
                **AVERAGE, mistakes=[Mistake(twice, UPDATED_TWICE)], hint="How often does the loop come to it?")
    for name in ("frozen.weight", "frozen.bias"):
        expect_held(f"After {CALL} a layer of the average that does not require gradients", reply["average"].get(name),
                    update.want(name), **AVERAGE, mistakes=[Mistake(update.average[name], LEFT_OUT)],
                    hint="Which parameters does the loop reach?")
    expect_parameters(update, reply, list(parameters_of("tied", update.average)))


@pytest.mark.check(weight=2)
def test_buffers_are_copied(student, make_update):
    """Buffers such as batch norm's running statistics are copied, into memory of their own"""
    update = make_update("buffered")
    reply = update.ask(student)
    for name in ("norm.running_mean", "norm.running_var"):
        expect_held(f"After {CALL} the average's buffer `{name}`", reply["average"].get(name), update.model[name], **AVERAGE,
                    mistakes=buffer_mistakes(update, name), hint="What should the average do with what is not learned?")
    shared = [name for name in reply["shared"] if isinstance(name, str)]
    expect(not shared, f"{CALL}: {', '.join(shared[:3])} of the two networks share their memory now.",
           "Later changes of the model then show in the average. Which method copies values?")


@pytest.mark.check(weight=1)
def test_integer_buffers_are_copied(student, make_update):
    """Integer buffers such as batch norm's counter are copied, and stay integers"""
    update = make_update("buffered")
    reply = update.ask(student)
    for name in ("steps", "norm.num_batches_tracked"):
        call, got = f"After {CALL} the average's integer buffer `{name}`", reply["average"].get(name)
        expect_held(call, got, update.model[name], rtol=0.0, atol=0.0, mistakes=buffer_mistakes(update, name))
        expect(got.dtype is torch.int64, f"{call} has dtype {str(got.dtype).removeprefix('torch.')}; it should still be int64.",
               "Do the integer buffers take part in a multiplication?")


@pytest.mark.check(weight=1)
def test_parameters_stay_the_same_objects(student, make_update):
    """The parameters of the average stay the same objects, because an optimizer may hold them"""
    update = make_update("plain")
    reply = update.ask(student)
    expect_moved(update, reply)
    expect(all(reply["same objects"]), f"{CALL} gave ema_model new parameter objects.",
           "Whoever holds the old ones, such as an optimizer, loses them. Which methods change a tensor in place?")


@pytest.mark.check(weight=2)
@pytest.mark.parametrize("frozen", [True, False], ids=["the average is frozen", "the average requires gradients"])
def test_no_graph_is_built(student, make_update, frozen):
    """The update is part of no graph, whether the average requires gradients or not"""
    update = make_update("plain")
    reply = update.ask(student, frozen)
    expect(not reply["graph"], f"{CALL} recorded a graph: parameters of ema_model have a `grad_fn` now.",
           "Every update would hold on to the one before. What tells torch that nothing here is to be differentiated?")
    expect_moved(update, reply)


@pytest.mark.check(weight=1)
def test_the_model_stays_as_it_was(student, make_update):
    """The model keeps its values, its mode, and which of its parameters train"""
    update, changed = make_update("plain"), f"{CALL}: the model itself was changed"
    reply = update.ask(student)
    for name, old in update.model.items():
        expect(torch.equal(reply["model"][name].cpu(), old.cpu()), f"{changed}: `{name}` has other values.",
               "Is a method that ends in `_` called on one of its parameters?")
    frozen = [name for name, trains in reply["trains"].items() if trains is not True]
    expect(not frozen, f"{changed}: {', '.join(map(str, frozen[:3]))} no longer requires gradients.", "Who is to train it then?")
    expect_moved(update, reply)
    expect(reply["training"] is True, f"{changed}: it was in train mode and is in eval mode now.", "Whose business is its mode?")


@pytest.fixture(scope="module")
def start(pick, draw):
    """Two small networks that differ, and three batches of eight."""
    chance = pick("pass")
    values = {who: draw_values("centred", who, draw, chance) for who in ("student", "teacher")}
    batches = []
    for number in range(BATCHES):
        labels = torch.tensor([chance.randrange(3) for _ in range(8)])
        batches.append((draw(f"inputs {number}", 8, 4).double().cpu(), labels))
    values = {who: {name: value.cpu() for name, value in own.items()} for who, own in values.items()}
    return Start(values["student"], values["teacher"], batches, chance.choice([2.0, 2.5, 3.0]), chance.choice([0.3, 0.6, 0.7]),
                 chance.choice([0.6, 0.7, 0.8]))


def one_pass(student, start):
    """What the student's pass leaves behind."""
    settings = [start.T, start.alpha, start.decay]
    return student.probe("one_pass", function_of(student, "train_with_ema"), start.student, start.teacher, start.batches, LR, settings)


def losses_of(found, n):
    """The losses as numbers, whatever holds each of them: a check of its own asks for floats."""
    losses = found["losses"]
    if isinstance(losses, torch.Tensor) and losses.ndim == 1:
        losses = list(losses)
    if type(losses) not in (list, tuple):
        fail(f"train_with_ema(...) returned {in_words(losses)}; it should be a list with one loss for each batch.",
             "Where is each batch's loss kept?")
    if len(losses) != n or not all(type(loss) in (int, float) or (isinstance(loss, torch.Tensor) and loss.numel() == 1)
                                   for loss in losses):
        fail(f"train_with_ema(...) returned a {type(losses).__name__} of {len(losses)} items for {n} batches; it should be one "
             "loss for each batch.", "What is added to the list, and when?")
    return losses


def expect_pass(student, start, found, part):
    """Losses, student or teacher are what a right pass gives, or one with the student's own loss and update in it."""
    losses = losses_of(found, len(start.batches)) if part == "losses" else found["losses"]
    got = Pass(losses, found["student"], found["teacher"])
    vector, right = got.vector(part), RIGHT.run(start).vector(part)
    if same(vector, right):
        return
    own = own_boxes(student, start)
    with_own = own.run(start).vector(part)
    if same(vector, with_own) or same(vector, Boxes(right_loss, own.update).run(start).vector(part)):
        return
    boxes = RIGHT if same(with_own, right) else own
    words = {"losses": "the list of losses", "student": "the student", "teacher": "the teacher"}
    expect_held(f"After train_with_ema(...) {words[part]}", vector, right, **PASS,
                hint=pass_words(got, part, cache(lambda way: boxes.run(start, way))))


@pytest.mark.check(weight=3)
def test_each_batch_has_its_loss(student, start):
    """The loss of each batch is that of the student before its step, and of the teacher before its update"""
    expect_pass(student, start, one_pass(student, start), "losses")


@pytest.mark.check(weight=2)
def test_student_takes_one_step_a_batch(student, start):
    """The student takes one step a batch, in train mode, on the gradient of that batch only"""
    expect_pass(student, start.first_batch(), one_pass(student, start.first_batch()), "student")


@pytest.mark.check(weight=1, needs=STUDENT_END)
def test_teacher_follows_the_student(student, start):
    """After the student's step the teacher is updated"""
    expect_pass(student, start.first_batch(), one_pass(student, start.first_batch()), "teacher")


@pytest.mark.check(weight=1, needs=STUDENT_END)
def test_only_the_student_learns(student, start):
    """The teacher receives no gradients, and the pass leaves the student in train mode and the teacher in eval mode"""
    found = one_pass(student, start.first_batch())
    reached = [name for name in found["teacher gradients"] if isinstance(name, str)]
    expect(not reached, f"train_with_ema(...): the teacher received gradients, in {', '.join(reached[:3])}.",
           "Its scores are targets, nothing more. What tells torch that they need no graph?")
    expect(found["student trains"] is True, "After train_with_ema(...) the student is not in train mode.", "Who puts it there?")
    expect(found["teacher trains"] is False, "After train_with_ema(...) the teacher is not in eval mode.", "Who puts it there?")


@pytest.mark.check(weight=1, needs=STUDENT_END)
def test_losses_are_plain_floats(student, start):
    """The losses come back as a list of plain floats"""
    losses = one_pass(student, start)["losses"]
    expect(type(losses) is list, f"train_with_ema(...) returned {in_words(losses)}; it should be a list of plain floats.",
           "Where is each batch's loss kept?")
    odd = [value for value in losses if type(value) is not float]
    if odd:
        fail(f"train_with_ema(...) returned a list with {in_words(odd[0])} in it; it should be a list of plain floats.",
             "A tensor keeps the whole graph of its batch alive. What makes a float of it?")
    expect(len(losses) == BATCHES, f"train_with_ema(...) returned {len(losses)} losses for {BATCHES} batches.",
           "What is added to the list, and when?")
