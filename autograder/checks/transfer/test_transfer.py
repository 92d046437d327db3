"""Hidden checks of problem 4.1, five heads on ResNet-18.

Each network is built once, frozen, and once to be trained whole, without drawing weights and without a connection: whoever
asks for weights gets made-up ones. Layers are known by their shapes, never by their names.
"""

import pytest
import torch

from autograder.judge import expect, expect_dtype, expect_finite, expect_shape, expect_tensor
from autograder.judge.expect import fail
from autograder.judge.score_mistakes import expect_raw_scores
from autograder.judge.step_by_step import step_by_step
from autograder.sandbox.faults import NotWritten, Raised, StudentFault
from autograder.sandbox.held import words_of

from .built_heads import SIDES, build, n_classes, network, resnet, run  # noqa: F401
from .features import expect_features, expect_pooled, expect_relu
from .trunks import FC, HEADS, STAGES, expect_frozen, expect_head, expect_place, made_up_corners, norms_of_trunk

RESNET = "test_is_built_on_resnet18"
EACH = pytest.mark.parametrize("head", HEADS)


@pytest.mark.check(weight=1)
def test_is_built_on_resnet18(student, build):
    """At least one of the heads stands on ResNet-18"""
    first = None
    for head in HEADS:
        try:
            if any(tuple(shape) == (64, 3, 7, 7) for _, shape, _, _ in student.probe("parameters", build(head)["model"])):
                return
        except StudentFault as fault:
            first = first or fault
    if first is not None:
        raise first
    fail(
        "build(...): none of the networks has the first convolution of ResNet-18.",
        "Is it torchvision's resnet18 that the heads stand on?",
    )


@pytest.mark.check(weight=2, needs=RESNET)
@EACH
def test_gives_raw_scores_for_any_size(build, run, draw, n_classes, head):
    """Images of any size get n_classes raw scores each"""
    model, found = build(head)["model"], run("network_report", head)
    call = f"{words_of(model)}, called with images of {SIDES[0]}x{SIDES[1]} px,"
    if not found["small"]:
        try:
            model(draw("images for ResNet", 2, 3, *SIDES))
        except Raised as fault:
            fail(
                fault.message,
                "It should take images of other sizes than 224x224, too: which layer gives maps of one size whatever comes in?",
            )
    scores = expect_tensor(call, found["scores"])
    expect_shape(call, scores, (2, n_classes), "The last layer should be `n_classes` wide." if scores.ndim == 2 else "")
    expect_dtype(call, scores, torch.float32)
    expect_finite(call, scores)
    expect_raw_scores(call, scores)


@pytest.mark.check(weight=2, needs=RESNET)
@EACH
def test_trunk_ends_where_the_head_stands(network, resnet, build, head):
    """The trunk is ResNet-18 up to where the head stands, and nothing that is not used"""
    found, model = network(head), build(head)["model"]
    expect_place(found)
    model.eval()
    with step_by_step(model, lambda images: resnet.step_by_step(images, STAGES[head]), found.images):
        expect_features(found, resnet)


@pytest.mark.check(weight=3, needs=RESNET)
@EACH
def test_head_has_its_layers(network, head):
    """Each head has the layers that it is named after"""
    expect_head(network(head))
    if head == "twolayernn":
        expect_relu(network(head))
    elif head == "convnet":
        expect_pooled(network(head))


@pytest.mark.check(weight=3, needs=RESNET)
@EACH
def test_frozen_trunk_gets_no_gradients(network, run, head):
    """No parameter of a frozen trunk trains"""
    found = network(head)
    if not found.has_trunk:  # another check says so
        return
    moved = False
    if any(one.trains for one in found.convolutions):
        moved = bool(run("train_report", head)["moved"])
    expect_frozen(found, moved)


@pytest.mark.check(weight=3, needs=RESNET)
@EACH
def test_frozen_trunk_keeps_its_statistics(network, run, build, head):
    """The running mean and variance of a frozen trunk's batch norms stay as they are in train mode"""
    if not network(head).has_trunk:  # another check says so
        return
    found = run("train_report", head)
    call = f"After a step in train mode, {words_of(build(head)['model'])}"
    own = max(len(found["norms"]) - norms_of_trunk(head), 0)  # the head may have batch norms
    expect(
        len(found["moved"]) <= own,
        f"{call}: the batch norm of the frozen trunk still moves, its running mean and variance have changed.",
        "Gradients are not the only way to change a trunk: in which mode do batch norms leave their statistics "
        "alone, and what does train() do to that mode?",
    )
    expect(
        len(found["moved"]) + len(found["counted"]) <= own,
        f"{call}: batch norms of the frozen trunk have counted a batch, though their running mean has not moved.",
        "In train mode they normalise with the mean and variance of the batch: an image's features then depend on "
        "the other images. Which mode uses the running ones?",
    )


@pytest.mark.check(weight=1, needs=RESNET)
@pytest.mark.parametrize("part", ["the network", "its frozen trunk"])
def test_build_gives_train_mode(build, run, network, part):
    """build gives a network in train mode, in which the frozen trunk is in eval mode"""
    head, made = first_built(build)
    call = words_of(made["model"])
    if part == "the network":
        expect(
            made["in train mode"],
            f"{call} returned a network in eval mode; it should be in train mode.",
            "Does the last step of making it call eval(), or train(False)?",
        )
        return
    report, own = run("train_report", head), max(len(network(head).norms) - norms_of_trunk(head), 0)
    if len(report["moved"]) + len(report["counted"]) <= own:  # another check says what train() does to the trunk
        expect(
            len(made["norms that train"]) <= own,
            f"{call} returned a network whose frozen trunk is in train mode until train() or eval() is called.",
            "Whoever trains it as it comes moves the running mean and variance of its batch norms: which call would "
            "put it in the right mode at the end of `__init__`?",
        )


def first_built(build):
    """A head that can be built: what is wrong with the others is said elsewhere."""
    for head in HEADS[:-1]:
        try:
            return head, build(head)
        except StudentFault:
            continue
    return HEADS[-1], build(HEADS[-1])


@pytest.mark.check(weight=2, needs=RESNET)
@EACH
def test_head_trains(network, run, build, head):
    """The head trains: it gets gradients, train() and eval() reach it"""
    call, found = words_of(build(head)["model"]), network(head)
    if head == "finetune" and [one.shape for one in found.matrices] == [FC]:  # without an extra layer: another check says so
        return
    expect(
        any(one.trains for one in found.parameters),
        f"{call}: nothing trains, the head is frozen too.",
        "Which parameters does the freezing take: those of the trunk, or all?",
    )
    step = run("train_report", head)
    expect(
        step["graph"] is True,
        f"{call}: no gradient arrives at the head.",
        "`no_grad` may stand around the trunk, but not around the head.",
    )
    used = {one.name for one in found.parameters if one.called}
    without = [name for name, there in step["arrived"].items() if not there and (name in used or not used)]
    expect(not without, f"{call}: no gradient arrives at {', '.join(sorted(without)[:3])}.", "Is this layer used in `forward`?")
    last = {one.name.rpartition(".")[0] for one in found.matrices[-1:] if one.trains}
    expect(
        step["train reached"] is True and not last & set(step["still"]),
        f"{call}.train(): the head stays in eval mode.",
        "Only the trunk should stay there; what should a train() of your own do first?",
    )
    expect(
        found.eval_reached is True,
        f"{call}.eval(): the head is still in train mode.",
        "Does eval() reach the head? It calls train(False).",
    )
    expect(
        found.repeats,
        f"{call}.eval(): the same image gets other scores a second time.",
        "Does eval() reach the head? It calls train(False).",
    )


@pytest.mark.check(weight=2, needs=RESNET)
@EACH
def test_updatable_network_trains_whole(run, build, head):
    """With frozen=False every parameter gets a gradient, and the batch norms follow the data"""
    call, found = words_of(build(head, False)["model"]), run("train_report", head, False)
    frozen = [name for name in found["frozen"] if isinstance(name, str)]
    expect(
        not frozen,
        f"{call} has parameters that do not train, such as {', '.join(frozen[:2])}.",
        "With frozen=False nothing is frozen.",
    )
    without = [name for name, there in found["arrived"].items() if not there]
    expect(
        not without,
        f"{call}: no gradient arrives at {', '.join(sorted(without)[:2])}.",
        "Are there layers that are never used, or a `no_grad`?",
    )
    stuck = set(found["norms"]) - set(found["moved"])
    expect(
        not stuck,
        f"{call}: batch norms of the trunk stay as they are in train mode; with frozen=False they should follow the data.",
        "In which case does train() put the trunk into eval mode?",
    )


@pytest.mark.check(weight=1, needs=RESNET)
@pytest.mark.parametrize("case", ["not asked for", "asked for", "not to be had"])
def test_weights_are_taken_when_asked_for(student, build, n_classes, case):
    """pretrained=True takes ImageNet's weights or says that it cannot; otherwise nothing is downloaded"""
    call = f"build('softmax', {n_classes}, pretrained=True)"
    if case == "not asked for":
        asked = [build(head)["asked"] for head in HEADS]
        expect(
            not any(asked),
            "build(...) tried to download weights, although nobody asked for them.",
            "`pretrained` is False by default.",
        )
        return
    arguments = student.resnet_heads.build.fetch(), ["softmax", n_classes], {"pretrained": True}, case == "asked for"
    try:
        made = student.probe("build_offline", *arguments)
    except NotWritten:
        raise
    except Raised:
        if case == "asked for":
            raise
        return
    if case == "not to be had":
        fail(
            f"{call} returned a network although the weights could not be downloaded: the trunk is silently random.",
            "Whoever asked for weights should be told that there are none: let the error through, in words that help.",
        )
    corners = {corner for pair in student.probe("convolution_corners", made["model"]) for corner in pair}
    wanted = made_up_corners()[(64, 3, 7, 7)]
    expect(
        wanted <= corners,
        f"{call} returned a trunk without the weights that were there: it is silently random.",
        "Which argument of torchvision's resnet18 asks for weights?",
    )
