"""Hidden checks of problem 3.8, the optimizer that a configuration asks for.

The model whose parameters it gets is the kit's own.
"""

import pytest

from autograder.judge import expect, expect_close
from autograder.judge.asked_once import asked_once
from autograder.judge.expect import CheckFailed, fail, in_words
from autograder.sandbox.faults import NotWritten, Raised
from autograder.sandbox.held import Held

from .optimizer_steps import AFTER, CLASSES, GRADIENTS, STEP

TYPES = pytest.mark.parametrize("kind", ["sgd", "adam"])
OTHER = {"sgd": "adam", "adam": "sgd"}


@pytest.fixture(scope="module")
def start(draw):
    """Values that the parameters of a model of two layers begin with."""
    return {
        "1.weight": draw("weight", 4, 6),
        "1.bias": draw("bias", 4),
        "2.1.weight": draw("second weight", 3, 4),
        "2.1.bias": draw("second bias", 3),
    }


@pytest.fixture
def model(student, start):
    """A model of the kit's own, in the child."""
    return student.probe("build_linear_model", *start.values())


@pytest.fixture(scope="module")
def make_config(pick):
    """`make_config(kind)`: settings that are nobody's default."""
    chance = pick("settings of the optimizer")
    settings = {"lr": chance.choice([0.03, 0.04, 0.06]), "weight_decay": chance.choice([0.15, 0.2, 0.25])}
    momentum = chance.choice([0.55, 0.65, 0.7])
    return lambda kind, with_momentum=False: {"optimizer_type": kind} | settings | ({"momentum": momentum} if with_momentum else {})


def spelled(student, model, make_config, kind):
    """How a student spells a type: what the handout's spelling gives is judged by the check of the class alone."""

    def gives(spelling):
        try:
            made = student.optimizer.get_optimizer(model, make_config(kind, with_momentum=True) | {"optimizer_type": spelling})
        except Raised:
            return False
        return isinstance(made, Held) and made.type_name.rpartition(".")[2] == CLASSES[kind]

    def find():
        return next((spelling for spelling in (kind, kind.upper(), kind.capitalize()) if gives(spelling)), kind)

    return asked_once(student, f"spelling of {kind}", find)


def meant(student, model, make_config, kind, with_momentum=False):
    """A config as a student's function understands it."""
    config = make_config(kind, with_momentum) | {"optimizer_type": spelled(student, model, make_config, kind)}
    if "momentum" not in config:
        try:
            student.optimizer.get_optimizer(model, config)
        except Raised as fault:  # that momentum is optional is a check of its own
            if "momentum" in fault.details:
                return config | {"momentum": make_config(kind, True)["momentum"]}
    return config


def made_for(student, model, config):
    """The optimizer that comes back, the call in words, and what the kit's probe says of it."""
    call = f"get_optimizer(model, {config})"
    made = student.optimizer.get_optimizer(model, config)
    if not isinstance(made, Held) or "param_groups" not in student.probe("attributes", made, "param_groups"):
        fail(f"{call} returned {in_words(made)}; it should be a torch.optim.Optimizer.")
    return made, call, student.probe("optimizer_settings", made, model)


@pytest.mark.check(weight=3, shares=(3, 2))
@TYPES
def test_type_gives_the_class(student, model, start, make_config, kind):
    """The type sgd gives torch's SGD, the type adam its Adam"""
    config = meant(student, model, make_config, kind, with_momentum=kind == "sgd") | {"optimizer_type": kind}
    other = spelled(student, model, make_config, kind)
    try:
        made, call, found = made_for(student, model, config)
    except (CheckFailed, Raised) as fault:
        if isinstance(fault, NotWritten) or other == kind:
            raise
        fail(fault.message, f'With "{other}" it works: with what is the name compared? The config spells it "{kind}".')
    classes = [name for name in found["classes"] if isinstance(name, str)]
    expect_class(student, model, make_config, kind, call, classes)
    settings = dict.fromkeys(found["groups"][0]["names"], found["groups"][0]["settings"])
    moved = student.probe("steps_with_gradients", made, model, GRADIENTS)[-1]
    for name, own in settings.items():
        if name in start:  # with the settings that it has: whether they are config's, other checks judge
            expect_close(
                f"After {len(GRADIENTS)} steps of the optimizer from {call} the parameter",
                moved[name],
                AFTER[kind](start[name], own),
                **STEP,
                hint=f"Is it torch's own {CLASSES[kind]}, with its usual settings?",
            )


def expect_class(student, model, make_config, kind, call, classes):
    """The class is the one asked for; Adam's subclasses are other optimizers."""
    wanted, other_kind = CLASSES[kind], OTHER[kind]
    if wanted in classes and "AdamW" not in classes:  # in newer versions of torch AdamW is a kind of Adam
        return
    hint = f'Which class is asked for by optimizer_type "{kind}"?'
    if "AdamW" in classes:
        hint = "AdamW takes weight decay out of the gradient, so that it works differently: Adam is asked for."
    elif classes[0] == CLASSES[other_kind]:
        others = made_for(student, model, make_config(other_kind, with_momentum=True))[2]["classes"]
        hint = "The two types are exchanged." if others[0] == wanted else f'Does the type "{kind}" make any difference?'
    fail(f"{call} returned an optimizer of class {classes[0]}; it should be {wanted}.", hint)


@pytest.mark.check(weight=3, shares=(3, 2))
@TYPES
def test_learning_rate_and_weight_decay_arrive(student, model, make_config, kind):
    """lr and weight_decay reach the optimizer"""
    config = meant(student, model, make_config, kind, with_momentum=kind == "sgd")
    _, call, found = made_for(student, model, config)
    for group in found["groups"]:
        for name in ("lr", "weight_decay"):
            expect(
                group["settings"].get(name) == config[name],
                f"{call} made an optimizer with {name}={group['settings'].get(name)}, which is not the {name} of config.",
                f"Does config's `{name}` reach the optimizer under its own name?",
            )


@pytest.mark.check(weight=2, shares=(2, 2, 1))
@pytest.mark.parametrize(
    "kind, given",
    [("sgd", True), ("sgd", False), ("adam", False)],
    ids=["momentum in config", "none in config", "none in config, for Adam"],
)
def test_momentum_is_optional_and_plain(student, model, make_config, kind, given):
    """momentum reaches SGD when config has it, and is 0 otherwise; Adam has none"""
    config = make_config(kind, given) | {"optimizer_type": spelled(student, model, make_config, kind)}
    try:
        _, call, found = made_for(student, model, config)
    except Raised as fault:
        if "momentum" in fault.details:
            fail(
                fault.message,
                "momentum is optional, and Adam does not know it: which of dict's methods gives a value only if there is one?",
            )
        raise
    for group in found["groups"] if kind == "sgd" else ():
        got = group["settings"].get("momentum")
        said = "" if given else " without momentum in config"
        hint = "Does config's `momentum` reach SGD?" if given else "Nobody asked for momentum: it should be 0 then."
        expect(got == config.get("momentum", 0), f"{call}{said} made an optimizer with momentum={got}.", hint)
        expect(
            not group["settings"].get("nesterov"),
            f"{call} made SGD with nesterov=True.",
            "That is Nesterov's momentum; plain momentum is asked for.",
        )
        expect(
            not group["settings"].get("dampening"),
            f"{call} made SGD with dampening={group['settings'].get('dampening')}.",
            "`dampening` is another setting of SGD: give weight_decay by its name.",
        )


@pytest.mark.check(weight=2, shares=(3, 2))
@TYPES
def test_every_parameter_is_optimized(student, model, start, make_config, kind):
    """The optimizer holds every parameter of the model once"""
    _, call, found = made_for(student, model, meant(student, model, make_config, kind, with_momentum=kind == "sgd"))
    names = [name for group in found["groups"] for name in group["names"]]
    expect(
        set(start) <= set(names),
        f"{call}: some parameters are left out of the optimizer.",
        "Does it take the parameters of every layer?",
    )
    expect(
        len(names) == len(start),
        f"{call}: the optimizer holds tensors that are not the model's parameters, or one of them twice.",
        "Pass the parameter objects themselves, not copies.",
    )


@pytest.mark.check(weight=1)
def test_unknown_type_is_refused(student, model, make_config):
    """A type that does not exist is an error"""
    made_for(student, model, meant(student, model, make_config, "sgd", with_momentum=True))  # what refuses all refuses nothing
    config = make_config("sgd", with_momentum=True) | {"optimizer_type": "adamant"}
    try:
        got = student.optimizer.get_optimizer(model, config)
    except NotWritten:
        raise
    except Raised:
        return
    fail(
        f"get_optimizer(model, {config}) returned {in_words(got)}, although this type does not exist.",
        "A mistyped name should stop the program: which exception is for a wrong value?",
    )


@pytest.mark.check(weight=1, shares=(3, 2))
@TYPES
def test_config_stays_as_it_was(student, model, make_config, kind):
    """The dictionary is not changed"""
    config = meant(student, model, make_config, kind, with_momentum=True)
    made_for(student, model, dict(config))
    get_optimizer = student.optimizer.get_optimizer.fetch()
    _, (_, after) = student.probe("call_and_show_inputs", get_optimizer, model, config)
    expect(
        after == config,
        f"get_optimizer(model, {config}): the caller's config was changed.",
        "A second call with it would not work. Is there a `pop` or a `del`?",
    )
