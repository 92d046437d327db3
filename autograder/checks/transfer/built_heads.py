"""The networks of a submission, each built once and run once, with made-up weights and small images where these will do."""

import pytest
import torch
import torch.nn.functional as F

from autograder.grading.seeds import derived_seed
from autograder.judge import expect
from autograder.judge.asked_once import asked_once
from autograder.sandbox.faults import Raised, StudentFault
from autograder.sandbox.held import rename

from .features import KnownResNet
from .trunks import Network, Parameter

WEIGHTS = "weights of ResNet-18"
SIDES, LARGE_SIDES = (36, 32), (224, 224)


@pytest.fixture(scope="module")
def n_classes(pick):
    """How many scores there should be."""
    return pick("classes of the heads").choice([6, 7, 8])


@pytest.fixture
def build(student, grading, n_classes):
    """`build("softmax")`: a network of the student's, and the addresses from which weights were asked for."""
    seed = derived_seed(grading.options.seed, WEIGHTS)

    def once(head, frozen):
        options = {} if frozen else {"frozen": False}
        call = f"build({head!r}, {n_classes})" if frozen else f"build({head!r}, {n_classes}, frozen=False)"
        made = student.probe("build_offline", student.resnet_heads.build.fetch(), [head, n_classes], options, True)
        expect(hasattr(made["model"], "fetch"), f"{call} returned no network.")
        rename(made["model"], call)
        student.probe("fill", made["model"], seed, False)
        return made

    return lambda head, frozen=True: asked_once(student, f"{head}, frozen={frozen}", lambda: once(head, frozen))


@pytest.fixture
def run(student, draw, build, n_classes):
    """`run("network_report", "softmax")`: what a probe says of a network with small images, or large where it needs these.

    In eval mode both images are the same, so that their scores differ only where something random is left.
    """

    def ask(probe, head, frozen):
        model, images = build(head, frozen)["model"], draw("images for ResNet", 2, 3, *SIDES)
        more = [torch.tensor([0, n_classes - 1]), frozen] if probe == "train_report" else []
        images = images if probe == "train_report" else images[:1].repeat(2, 1, 1, 1)
        try:
            return student.probe(probe, model, images, *more) | {"small": True, "images": images}
        except Raised as fault:
            if not about_size(fault):
                raise
            try:
                large = F.interpolate(images, LARGE_SIDES)
                return student.probe(probe, model, large, *more) | {"small": False, "images": large}
            except StudentFault:
                raise fault from None

    return lambda probe, head, frozen=True: asked_once(
        student, f"{probe} {head}, frozen={frozen}", lambda: ask(probe, head, frozen)
    )


def about_size(fault):
    """Whether an exception may come from images of another size than the network was made for."""
    return "shape" in fault.details or "size" in fault.details


def pairs_of(layers):
    """What entered and what left each layer, where both are ordinary numbers."""
    pairs = [(layer["into"], layer["out"]) for layer in layers]
    usable = all(
        isinstance(value, torch.Tensor) and value.is_floating_point() and value.numel() and value.isfinite().all()
        for pair in pairs
        for value in pair
    )
    return [(into.cpu().float(), out.cpu().float()) for into, out in pairs] if usable else []


@pytest.fixture(scope="module")
def resnet(grading):
    """ResNet-18 with the weights that every network gets."""
    return KnownResNet(derived_seed(grading.options.seed, WEIGHTS))


@pytest.fixture
def network(run, n_classes):
    """`network("softmax")`: a frozen network and its run in eval mode."""

    def ask(head):
        found = run("network_report", head)
        parameters = [Parameter(name, tuple(shape), trains, called) for name, shape, trains, called in found["parameters"]]
        return Network(
            f"build({head!r}, {n_classes})",
            head,
            parameters,
            found["norms"],
            found["scores"],
            found["images"],
            *(pairs_of(found[kind]) for kind in ("linear", "convolution")),
            found["eval reached"],
        )

    return ask
