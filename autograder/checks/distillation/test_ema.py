"""Hidden checks of problem 2.2, the moving average of two networks of the kit's own; the pass that uses it is in `test_ema__pass.py`."""

from functools import cache

import pytest
import torch

from autograder.judge import Mistake, expect
from autograder.judge.step_by_step import traced

from .moving_averages import AVERAGE, Update, buffer_mistakes, draw_values, expect_held, joined, parameter_mistakes
from .update_lines import where_the_update_differs

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


@pytest.fixture
def update_lines(student, reference):
    """`with update_lines(update):` a check that fails within it also says in which line the values leave ours."""
    return lambda update: traced(lambda: where_the_update_differs(student, reference, update))


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
