"""Hidden checks of problem 2.3: `initialize`, and the two networks of a variant.

The networks are built for small specs of any kind and for the student's own spec with a smaller image and hidden layer. They get
weights of ours, and their scores are compared with ours.
"""

from dataclasses import astuple

import pytest
import torch

from autograder.judge import expect, expect_close, expect_finite, expect_shape
from autograder.judge.asked_once import asked_once
from autograder.judge.expect import fail
from autograder.judge.step_by_step import step_by_step
from autograder.sandbox.faults import Raised

from .initial_weights import (
    NAMES,
    SCHEMES,
    biases_and_others,
    draw_bare_layers,
    draw_layers,
    follows,
    share_of_scheme,
    weights_in,
    why_kept,
    why_not_normal,
    why_other_spread,
)
from .network_plans import comparable, draw_specs, why_other_shapes
from .network_scores import RELATIVE, draw_weights, order_mistakes, paired, right_scores, scores
from autograder.sandbox.held import rename, words_of

NEW = "test_draws_new_weights"
CASES = {
    "Teacher of 6 convolutions": ("Teacher", "few"),
    "Student of 6 convolutions": ("Student", "few"),
    "Teacher with two pools": ("Teacher", "many"),
    "Student with two pools": ("Student", "many"),
    "your variant's teacher, smaller": ("Teacher", "own teacher"),
    "your variant's student, smaller": ("Student", "own student"),
}
# What is right at the usual size only loses the checks of shapes and scores, not those that ask for other things.
SQUARE = {"Student for square images": ("Student", "usual size")}
BARE = ["a single convolution", "a single linear layer", "a module of layers without bias"]


@pytest.fixture(scope="module")
def layers(pick):
    """Layers to initialise, by their path below a module."""
    return draw_layers(pick("layers"))


@pytest.fixture
def initialized(student):
    """`initialized(scheme, layers)`: the parameters after `initialize`, by name."""

    def values(scheme, layers):
        return student.probe("initialized", student.networks.initialize.fetch(), scheme, layers)

    return values


@pytest.mark.check(weight=1)
@pytest.mark.parametrize("scheme", ["he", "xavier"])
def test_draws_new_weights(initialized, layers, scheme):
    """initialize draws new weights in the module that it is given"""
    new, _ = weights_in(layers, initialized(scheme, layers))
    expect(
        bool(new),
        f"After initialize(module, {scheme!r}) the module keeps its weights.",
        "Is a copy changed, or are new weights given to a local name? Which functions of `torch.nn.init` work in place?",
    )
    for path, weight in new.items():
        expect(
            bool(torch.isfinite(weight).all()) and float(weight.std()) > 0,
            f"After initialize(module, {scheme!r}) the weights of `{path}` are all the same, or not finite.",
            "Where do random numbers come from?",
        )


@pytest.mark.check(weight=2, needs=NEW)
def test_reaches_every_layer(initialized, layers):
    """Every Conv2d and Linear gets new weights, at any depth"""
    _, kept = weights_in(layers, initialized("he", layers))
    expect(not kept, f"After initialize(module, 'he') {len(kept)} of 4 layers hold their old weights.", why_kept(layers, kept))


@pytest.mark.check(weight=4, needs=NEW)
@pytest.mark.parametrize("scheme", ["he", "xavier"])
def test_weights_follow_the_scheme(initialized, layers, scheme):
    """New weights are normal, with mean 0 and the standard deviation of the scheme"""
    new, _ = weights_in(layers, initialized(scheme, layers))
    for path, weight in new.items():
        if not follows([weight], SCHEMES[scheme]):
            kind, *sizes = layers[path]
            fail(
                f"initialize(module, {scheme!r}) gave a {kind} of sizes {tuple(sizes)} weights of standard deviation "
                f"{float(weight.std()):.4g}, which is not right.",
                why_other_spread(new, scheme),
            )
    trouble = why_not_normal(new)
    expect(
        not trouble, f"initialize(module, {scheme!r}) gave weights that {trouble}", "Which function of `torch.nn.init` draws them?"
    )


@pytest.mark.check(weight=1, needs=NEW)
def test_biases_become_zero_and_other_layers_stay(initialized, layers):
    """Biases become zero, and layers of other kinds keep what they have"""
    not_zero, changed = biases_and_others(layers, initialized("he", layers))
    expect(
        not changed,
        f"After initialize(module, 'he') other layers were changed: {', '.join(changed)}.",
        "Only Conv2d and Linear are meant. Does batch norm have a `bias`, too?",
    )
    expect(not not_zero, f"After initialize(module, 'he') biases are not zero: {', '.join(not_zero)}.", "Which function sets them?")


@pytest.mark.check(weight=1, needs=NEW)
@pytest.mark.parametrize("case", BARE)
def test_takes_single_layers_and_layers_without_bias(initialized, pick, case):
    """The module may be one layer itself, and layers may have no bias"""
    layers = draw_bare_layers(pick("bare layers"))[case]
    try:
        _, kept = weights_in(layers, initialized("he", layers))
    except Raised as fault:
        if "without" in case:
            fail(
                f"initialize(module, 'he') stopped at a layer without bias: {fault.message.partition(': ')[2]}",
                "What is `layer.bias` where `bias=False` was given?",
            )
        raise
    expect(
        not kept,
        f"After initialize(module, 'he') the module keeps its weights, which is {case}.",
        "Does `modules()` or `children()` give the module itself, too?",
    )


@pytest.fixture
def specs(pick, reference, whose):
    """Small specs, two of any kind and the student's own."""
    return draw_specs(pick("specs"), reference.variants.NetworkSpec, whose.variant)


@pytest.fixture
def build(student, specs):
    """`build(case)`: the network of a case, its spec, and names and shapes of its parameters."""

    def made_spec(spec):
        held = student.probe("network_spec", *astuple(spec))  # one object for all networks of its kind: nobody can change it
        rename(held, "spec")
        return held

    def built(case):
        name, which = (CASES | SQUARE)[case]
        spec = specs[which]
        held = asked_once(student, f"spec {which}", lambda: made_spec(spec))
        try:
            model = getattr(student.networks, name)(held)
            shapes = student.probe("parameters", model)
            if any(shape is None for _, shape, _, _ in shapes):
                model(torch.zeros(1, *spec.im_size))  # lazy layers get their shapes from a first image
                shapes = student.probe("parameters", model)
        except Raised as fault:
            raise Raised(f"{fault.message}\nspec = {spec}", fault.details) from None
        return model, spec, [(name, tuple(shape)) for name, shape, _, _ in shapes]

    return built


@pytest.fixture
def filled(student, build, draw):
    """`filled(case)`: a network with weights of ours, its spec, these weights by name with their shapes, and images for it."""

    def with_weights(case):
        model, spec, shapes = build(case)
        values = draw_weights(shapes, case, draw)
        student.probe("load", model, values)
        return model, spec, shapes, values, draw(f"images {case}", 3, *spec.im_size)

    return with_weights


@pytest.mark.check(weight=3)
@pytest.mark.parametrize("case", CASES)
def test_layers_are_those_of_the_spec(build, case):
    """The networks have the layers that the spec says, with biases everywhere"""
    model, spec, shapes = build(case)
    found, hint = why_other_shapes(spec, [shape for _, shape in shapes])
    expect(not found, f"{words_of(model)} {found}.", f"{hint}\nspec = {spec}")


@pytest.mark.check(weight=4)
@pytest.mark.parametrize("case", [case for case in CASES if case not in ("Teacher with two pools", "Student of 6 convolutions")])
def test_scores_come_through_the_layers_in_order(filled, case):
    """Scores come through convolutions, ReLU and pools, then the hidden and the output layer"""
    model, spec, shapes, values, images = filled(case)
    found, hint = why_other_shapes(spec, [shape for _, shape in shapes])
    expect(comparable(spec, [shape for _, shape in shapes]), f"{words_of(model)} {found}; its scores cannot be compared.", hint)
    model.eval()
    weights = [tuple(None if name is None else values[name].double() for name in names) for names in paired(shapes)]
    usual, *others = right_scores(spec, weights, images.double())
    call = f"{words_of(model)} with weights of ours, for {len(images)} images,"
    got = expect_shape(call, model(images), usual().shape)
    expect_finite(call, got)
    close = {"rtol": 0.0, "atol": RELATIVE * float(usual().abs().max())}
    if not any(torch.allclose(got.double(), want(), **close) for want in (usual, *others)):
        with step_by_step(model, lambda pixels: scores(spec, weights, pixels.double()), images):
            expect_close(
                call,
                got,
                usual(),
                **close,
                mistakes=order_mistakes(spec, weights, images.double()),
                hint=f"Which layer follows which?\nspec = {spec}",
            )


@pytest.mark.check(weight=1)
@pytest.mark.parametrize("case", ["Teacher with two pools", "Student for square images"])
def test_same_scores_in_train_mode(filled, case):
    """In train mode, too, the same image gives the same scores, alone or in a batch"""
    model, spec, _, _, images = filled(case)
    model.eval()
    wanted = expect_shape(f"{words_of(model)} for {len(images)} images", model(images), (len(images), spec.n_classes))
    model.train()
    alone = expect_shape(f"{words_of(model)} in train mode, for 1 image,", model(images[:1]), (1, spec.n_classes))
    close = {"rtol": 0.0, "atol": RELATIVE * float(wanted.abs().max())}
    if not torch.allclose(alone, wanted[:1], **close):
        fail(
            f"{words_of(model)} gave an image other scores in train mode than in eval mode.",
            "It looks as if something random takes part: dropout is not part of these networks. Which layer knows the mode?",
        )


@pytest.mark.check(weight=1)
@pytest.mark.parametrize("case", ["Teacher with two pools", "Student for square images"])
def test_gradients_reach_every_parameter(student, filled, case):
    """The gradient of a loss reaches every parameter"""
    model, spec, _, _, images = filled(case)
    cut = "Is there a `detach()`, `.data`, `no_grad()` or numpy on the way?"
    targets = torch.arange(len(images)) % spec.n_classes
    try:
        gradients = student.probe("scores_and_gradients", model, images, targets)["gradients"]
    except Raised as fault:
        if "does not require grad" in fault.details:
            fail(f"No gradient of the loss reaches any parameter of {words_of(model)}.", cut)
        raise
    without = [name for name, gradient in gradients.items() if gradient is None]
    expect(not without, f"No gradient of the loss reaches {', '.join(map(str, without[:3]))} of {words_of(model)}.", cut)


@pytest.mark.check(weight=2, needs=NEW)
@pytest.mark.parametrize("case", ["Student of 6 convolutions", "Teacher with two pools"], ids=["he", "xavier"])
def test_networks_start_with_their_scheme(student, build, case):
    """A new network has the weights that initialize gives with the scheme of its spec"""
    model, spec, _ = build(case)
    fresh = list(student.probe("parameter_values", model).values())
    share = share_of_scheme(fresh, spec.init)
    if abs(share - 1) < 0.03:
        return
    student.networks.initialize(model, spec.init)
    again = share_of_scheme(student.probe("parameter_values", model).values(), spec.init)
    if again and abs(share / again - 1) < 0.04:
        return  # what initialize itself makes wrong is another check's question
    other = {"he": "xavier", "xavier": "he"}[spec.init]
    hint = (
        "It looks as if the weights do not follow the scheme: is `initialize` called, after all layers are made, and on the "
        "network itself?"
    )
    if abs(share_of_scheme(fresh, other) - 1) < 0.03:
        hint = f"It looks like {NAMES[other]} where {NAMES[spec.init]} was asked for: does `spec.init` decide?"
    fail(
        f"{words_of(model)} does not begin with the weights that initialize gives for spec.init = {spec.init!r}.",
        f"{hint}\nspec = {spec}",
    )
