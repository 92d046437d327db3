"""Hidden checks of problem 2.2, the moving average and the pass that trains with it.

All networks are the kit's own. What a pass should give is computed here with the student's own loss and update, asked for values,
so a mistake in one of these costs its points where it belongs and not here.
"""

from functools import cache

import pytest
import torch

from autograder.judge import Mistake, expect
from autograder.judge.expect import fail, in_words
from autograder.judge.step_by_step import traced

from .averaged_passes import BATCHES, PASS, RIGHT, Pass, Start, Way
from .moving_averages import (
    AVERAGE,
    Update,
    buffer_mistakes,
    draw_values,
    expect_held,
    joined,
    parameter_mistakes,
)
from .one_pass import expect_followed, lasting_pass, losses_of, one_pass, updated, updates
from .pass_ways import (
    BEGINNINGS,
    CLEARINGS,
    EXCHANGED,
    LOSSES,
    MODES,
    NOT_CLEARED,
    REPORTED_AFTER,
    SETTINGS,
    STALE,
    boxes_of,
    combined,
    explained,
    own_update,
    words_for,
)
from .update_lines import where_the_pass_differs, where_the_update_differs

CALL = "update_ema(...)"
UPDATED_TWICE = "It looks as if a shared parameter was updated twice: which of torch's iterators gives it once?"
WRONG_LOSS = (
    "For each batch: the teacher's scores, the student's scores, distillation_loss of both. Which of these does yours do "
    "differently?"
)
WRONG_STEP = "One step of the optimizer on the gradient of the distillation loss: what else changes the student, or the gradient?"
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


@pytest.fixture
def update_lines(student, reference):
    """`with update_lines(update):` a check that fails within it also says in which line the values leave ours."""
    return lambda update: traced(lambda: where_the_update_differs(student, reference, update))


@pytest.fixture
def pass_lines(student, reference, start):
    """The same for a pass over one batch: `with pass_lines():`."""
    return lambda: traced(lambda: where_the_pass_differs(student, reference, start.first()))


def expect_parameters(update, reply, names):
    """These parameters are the new average."""
    got, want = joined(reply["average"], names), joined({name: update.want(name) for name in names}, names)
    model_changed = not torch.equal(joined(reply["model"], names), joined(update.model, names))
    expect_held(
        f"After {CALL} with decay = {update.decay} the average",
        got,
        want,
        **AVERAGE,
        mistakes=parameter_mistakes(update, names, got, model_changed),
        hint="Which two numbers weigh the old average and the model, and what do they add up to?",
    )


def expect_moved(update, reply):
    """The average changed at all: whoever does nothing does nothing wrong."""
    names = list(update.average)
    expect(
        not torch.equal(joined(reply["average"], names), joined(update.average, names)),
        f"{CALL}: the average did not change.",
        "Is a result given to a local name instead of the tensor, or are the two networks exchanged?",
    )


@pytest.mark.check(weight=3)
@pytest.mark.parametrize("decay", [None, 0.0, 1.0], ids=["a decay between 0 and 1", "decay 0", "decay 1"])
def test_parameters_move_towards_the_model(student, make_update, decay, update_lines):
    """Every parameter becomes decay times itself plus one minus decay times the model's"""
    update = make_update("plain", decay)
    reply = update.ask_as_it_is(student)
    with update_lines(update):
        expect_parameters(update, reply, list(update.average))
    if decay == 1:  # where nothing should move, whoever does nothing looks right
        expect_moved(make_update("plain"), make_update("plain").ask(student))


@pytest.mark.check(weight=1)
def test_shared_and_frozen_parameters_are_updated_once(student, make_update, update_lines):
    """A parameter that two layers share is updated once, and one that does not train is updated, too"""
    update = make_update("tied")
    reply = update.ask(student)
    weights = ["first.weight", "frozen.weight"]
    if not same_values(reply["average"], update.want, weights):
        own = update.own(student, weights)  # which average it is, is the question of another check
        if same_values(reply["average"], own.get, weights) and not same_values(own, update.average.get, weights):
            return
    with update_lines(update):
        once = update.want("first.weight")
        twice = update.decay * once + (1 - update.decay) * update.model["first.weight"]
        expect_held(
            f"After {CALL} a weight of the average that two of its layers share",
            reply["average"].get("first.weight"),
            once,
            **AVERAGE,
            mistakes=[Mistake(twice, UPDATED_TWICE)],
            hint="How often does the loop come to it?",
        )
        for name in ("frozen.weight", "frozen.bias"):
            expect_held(
                f"After {CALL} a layer of the average that does not require gradients",
                reply["average"].get(name),
                update.want(name),
                **AVERAGE,
                mistakes=[Mistake(update.average[name], LEFT_OUT)],
                hint="Which parameters does the loop reach?",
            )


def same_values(got, want, names):
    """Whether the parameters of these names are what `want` says."""
    return torch.allclose(joined(got, names), joined({name: want(name) for name in names}, names), **AVERAGE)


@pytest.mark.check(weight=2)
def test_buffers_are_copied(student, make_update, update_lines):
    """Buffers such as batch norm's running statistics are copied, into memory of their own"""
    update = make_update("buffered")
    reply = update.ask(student)
    with update_lines(update):
        for name in ("norm.running_mean", "norm.running_var"):
            expect_held(
                f"After {CALL} the average's buffer `{name}`",
                reply["average"].get(name),
                update.model[name],
                **AVERAGE,
                mistakes=buffer_mistakes(update, name),
                hint="What should the average do with what is not learned?",
            )
    shared = [name for name in reply["shared"] if isinstance(name, str)]
    expect(
        not shared,
        f"{CALL}: {', '.join(shared[:3])} of the two networks share their memory now.",
        "Later changes of the model then show in the average. Which method copies values?",
    )


@pytest.mark.check(weight=1)
def test_integer_buffers_are_copied(student, make_update, update_lines):
    """Integer buffers such as batch norm's counter are copied, and stay integers"""
    update = make_update("buffered")
    reply = update.ask(student)
    with update_lines(update):
        for name in ("steps", "norm.num_batches_tracked"):
            call, got = f"After {CALL} the average's integer buffer `{name}`", reply["average"].get(name)
            expect_held(call, got, update.model[name], rtol=0.0, atol=0.0, mistakes=buffer_mistakes(update, name))
            expect(
                got.dtype is torch.int64,
                f"{call} has dtype {str(got.dtype).removeprefix('torch.')}; it should still be int64.",
                "Do the integer buffers take part in a multiplication?",
            )


@pytest.mark.check(weight=1)
def test_parameters_stay_the_same_objects(student, make_update):
    """The parameters of the average stay the same objects, because an optimizer may hold them"""
    update = make_update("plain")
    reply = update.ask(student)
    expect_moved(update, reply)
    expect(
        reply["same objects"]["average"] is True,
        f"{CALL} gave ema_model new parameter objects.",
        "Whoever holds the old ones, such as an optimizer, loses them. Which methods change a tensor in place?",
    )


@pytest.mark.check(weight=2)
@pytest.mark.parametrize("frozen", [True, False], ids=["the average is frozen", "the average requires gradients"])
def test_no_graph_is_built(student, make_update, frozen):
    """The update is part of no graph, whether the average requires gradients or not"""
    update = make_update("plain")
    reply = update.ask(student, frozen)
    expect(
        not reply["graph"]["average"],
        f"{CALL} recorded a graph: parameters of ema_model have a `grad_fn` now.",
        "Every update would hold on to the one before. What tells torch that nothing here is to be differentiated?",
    )
    expect_moved(update, reply)


@pytest.mark.check(weight=1)
def test_the_model_stays_as_it_was(student, make_update):
    """The model keeps its values, its mode, and which of its parameters train"""
    update, changed = make_update("plain"), f"{CALL}: the model itself was changed"
    reply = update.ask_as_it_is(student)
    for name, old in update.model.items():
        expect(
            torch.equal(reply["model"][name].cpu(), old.cpu()),
            f"{changed}: `{name}` has other values.",
            "Is a method that ends in `_` called on one of its parameters?",
        )
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
    return Start(
        values["student"],
        values["teacher"],
        batches,
        chance.choice([2.0, 2.5, 3.0]),
        chance.choice([0.3, 0.6, 0.7]),
        chance.choice([0.6, 0.7, 0.8]),
    )


@pytest.mark.check(weight=2)
def test_each_batch_has_its_loss(student, start, pass_lines):
    """The loss of a batch is the distillation loss of the student's scores, before its step"""
    first = start.first()
    found = one_pass(student, first)
    got = Pass(losses_of(found, 1), found["student"], found["teacher"])
    boxes, others = boxes_of(student, first), (MODES, BEGINNINGS)
    with pass_lines():
        if not explained(got, "losses", first, boxes, combined(*others)):
            expect_held(
                "After train_with_ema(...) over one batch the list of losses",
                got.vector("losses"),
                RIGHT.run(first).vector("losses"),
                **PASS,
                hint=words_for(got, "losses", first, boxes, [REPORTED_AFTER, *SETTINGS], *others) or WRONG_LOSS,
            )


@pytest.mark.check(weight=2)
def test_student_takes_one_step_a_batch(student, start, pass_lines):
    """The student takes one step a batch, on the gradient of the loss"""
    first = start.first()
    got, _ = lasting_pass(student, first)
    boxes = boxes_of(student, first)
    ways = combined(MODES, BEGINNINGS, LOSSES, CLEARINGS, EXCHANGED)
    with pass_lines():
        if not explained(got, "student", first, boxes, ways) and not explained(
            got, "student", first, updates(student, first), MODES
        ):
            expect_held(
                "After train_with_ema(...) over one batch the student",
                got.vector("student"),
                RIGHT.run(first).vector("student"),
                **PASS,
                hint=WRONG_STEP,
            )


@pytest.mark.check(weight=1)
def test_gradients_are_those_of_the_batch_alone(student, start, pass_lines):
    """Each step uses the gradient of its batch only, not those of earlier batches"""
    first = start.first()
    got, _ = lasting_pass(student, first)
    boxes, others = boxes_of(student, first), (MODES, BEGINNINGS, LOSSES, EXCHANGED)
    with pass_lines():
        if not explained(got, "student", first, boxes, combined(*others)):
            said = words_for(got, "student", first, boxes, STALE, *others)
            expect(not said, "After train_with_ema(...) over one batch the student holds wrong values.", said)
    if own_update(student, first):
        return  # what a strange update leaves for the second batch is not a question of gradients
    both, two = lasting_pass(student, start.first(2))[0], start.first(2)
    # The right way comes first, so that whoever clears the gradients is not compared with every wrong way.
    if explained(both, "student", two, boxes, combined(*others)):
        return
    expect(
        not explained(both, "student", two, boxes, combined([Way(clears="never"), Way(clears="after the step")], *others)),
        "After train_with_ema(...) over two batches the student holds wrong values.",
        NOT_CLEARED,
    )


@pytest.mark.check(weight=1)
def test_teacher_follows_the_student(student, start, pass_lines):
    """After each of the student's steps the teacher is updated"""
    first = start.first()
    got, _ = lasting_pass(student, first)
    with pass_lines():
        expect_followed(
            student,
            first.teacher,
            got,
            start,
            "one batch",
            [
                ("The teacher never changed: where is update_ema called?", start.teacher),
                (
                    "It looks as if the teacher was updated before the student's step: in which order do the two come?",
                    updated(start.teacher, start.student, start.decay),
                ),
                (
                    "It looks as if the teacher began as a copy of the student; it comes as the caller left it. Who changes it?",
                    updated(start.student, got.student, start.decay),
                ),
            ],
        )
    if own_update(student, first):
        return
    both, _ = lasting_pass(student, start.first(2))
    expect_followed(
        student,
        got.teacher,
        both,
        start,
        "two batches",
        [
            (
                "It looks as if the teacher was updated only once, after the last batch; it should be updated after each. Where is the call?",
                updated(start.teacher, both.student, start.decay),
            )
        ],
    )


@pytest.mark.check(weight=1)
@pytest.mark.parametrize("whose", ["student", "teacher"])
def test_modes_are_those_of_learner_and_target(student, start, whose):
    """The pass puts the student in train mode and the teacher in eval mode"""
    first = start.first()
    got, found = lasting_pass(student, first)
    flags = {"student": (True, "train", "The student"), "teacher": (False, "eval", "The teacher")}
    wanted, mode, who = flags[whose]
    asks = "Who puts it there? Neither is in the mode that the pass needs when it begins."
    of_update = whose == "student" and own_update(student, first)  # which may change the mode itself, as its own check says
    expect(
        bool(of_update) or found[f"{whose} trains"] is wanted,
        f"After train_with_ema(...) {who.lower()} is not in {mode} mode.",
        asks,
    )
    boxes, others = boxes_of(student, first), (BEGINNINGS, LOSSES, CLEARINGS, EXCHANGED)
    wrong = Way(student_trains=False) if whose == "student" else Way(teacher_trains=True)
    right = [way for way in MODES if getattr(way, f"{whose}_trains") is wanted]
    if not explained(got, "student", first, boxes, combined(right, *others)) and explained(
        got, "student", first, boxes, combined([wrong], MODES[:1], *others)
    ):
        fail(f"train_with_ema(...): it looks as if {who.lower()} was not in {mode} mode while it gave its scores.", asks)


@pytest.mark.check(weight=1)
def test_only_the_student_learns(student, start):
    """The teacher receives no gradients"""
    _, found = lasting_pass(student, start.first())
    reached = [name for name in found["teacher gradients"] if isinstance(name, str)]
    expect(
        not reached,
        f"train_with_ema(...): the teacher received gradients, in {', '.join(reached[:3])}.",
        "Its scores are targets, nothing more. What tells torch that they need no graph?",
    )


@pytest.mark.check(weight=1)
def test_losses_are_plain_floats(student, start):
    """The losses come back as a list of plain floats, one for each batch"""
    n = 1 if own_update(student, start) else BATCHES
    _, found = lasting_pass(student, start.first(n))
    losses = found["losses"]
    expect(
        type(losses) is list,
        f"train_with_ema(...) returned {in_words(losses)}; it should be a list with one loss for each batch.",
        "Where is each batch's loss kept?",
    )
    odd = [value for value in losses if type(value) is not float]
    if odd:
        fail(
            f"train_with_ema(...) returned a list with {in_words(odd[0])} in it; it should be a list of plain floats.",
            "A tensor keeps the whole graph of its batch alive. What makes a float of it?",
        )
    expect(
        len(losses) == n,
        f"train_with_ema(...) returned {len(losses)} losses for {n} batches.",
        "What is added to the list, and when?",
    )
