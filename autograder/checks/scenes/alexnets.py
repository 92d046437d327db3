"""Problem 3.7: AlexNet with a layer for fifteen scenes: its parameters, its scores with weights of ours, the mistakes."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache

import torch
from torch import nn
from torchvision.models import alexnet

from autograder.judge.asked_once import asked_once
from autograder.judge.expect import expect, fail
from autograder.judge.mistakes import Mistake
from autograder.judge.score_mistakes import score_mistakes
from autograder.sandbox.confined.ready_made import fill, unfilled
from autograder.sandbox.held import Held
from autograder.sandbox.student import Student

SCENES = 15
GRAY, COLOUR = (64, 1, 11, 11), (64, 3, 11, 11)
THOUSAND, LAST = (1000, 4096), (SCENES, 4096)
FIRST_LINEAR = {(4096, 9216), (4096, 4096)}
# Right versions stay within 1e-6 of the largest score; the mildest of the mistakes is 1e-2 away.
SCORES = 1e-5
Parameters = list[tuple[str, tuple[int, ...], bool]]


@cache
def reference(seed: int) -> nn.Module:
    """torchvision's AlexNet with a last layer for fifteen scenes, and the weights that students' networks get."""
    with unfilled():
        model = alexnet(weights=None)
        model.classifier[-1] = nn.Linear(4096, SCENES)
    fill(model, seed)
    return model.eval()


@cache
def shapes() -> tuple[tuple[int, ...], ...]:
    """The shapes of the reference's parameters."""
    with torch.device("meta"):
        model = alexnet(weights=None)
        model.classifier[-1] = nn.Linear(4096, SCENES)
    return tuple(tuple(value.shape) for value in model.parameters())


def parameters_of(student: Student, model: Held) -> Parameters:
    """Name, shape and whether it trains, of every parameter."""
    return [(name, tuple(shape), trains) for name, shape, _, trains in student.probe("parameters", model) if shape is not None]


def built(student: Student) -> dict:
    """The student's network, and the addresses from which weights were asked for."""
    return asked_once(
        student, "network", lambda: student.probe("build_offline", student.my_alexnet.MyAlexNet.fetch(), [], {}, True)
    )


def expect_only_last_trains(call: str, found: Parameters) -> None:
    """Weight and bias of one linear layer train, nothing else."""
    trained = [shape for _, shape, trains in found if trains]
    frozen = [shape for _, shape, trains in found if not trains]
    matrices = [shape for shape in trained if len(shape) == 2]
    if len(trained) == 2 and len(matrices) == 1 and (matrices[0][0],) in trained:
        return
    count = sum(torch.Size(shape).numel() for shape in trained)
    first = f"{call} has {count:,} numbers that train; only weight and bias of the new last layer should."
    if not trained:
        fail(
            f"{call}: nothing trains, the new last layer neither.",
            "A layer that is replaced after the freezing is trainable: what comes first?",
        )
    if not frozen:
        fail(first, "Nothing is frozen: which attribute of a parameter says that it does not train?")
    if len(trained) == 1 and len(matrices) == 1:
        fail(first, "The bias of the new layer does not train.")
    if FIRST_LINEAR & set(trained) and not any(len(shape) == 4 for shape in trained):
        fail(first, "The convolutions are frozen, but the classifier's first linear layers still train.")
    if len(matrices) == 1 and all(len(shape) == 1 for shape in trained if shape not in matrices):
        fail(first, "The weights are frozen, but their biases still train: which parameters does your loop take?")
    fail(first, "Which of these layers is new? Freeze all of the others, weights and biases.")


def expect_shapes(call: str, found: Parameters) -> None:
    """The parameters are those of AlexNet with fifteen scores."""
    wanted = Counter(shapes())
    got = Counter(shape for _, shape, _ in found)
    if got == wanted:
        return
    first = f"{call} does not have the parameters of AlexNet with {SCENES} scores."
    if GRAY in got:
        fail(
            first,
            "Its first convolution was replaced by one for gray images, whose weights never learned anything: "
            "repeat the image instead.",
        )
    if THOUSAND in got and LAST not in got and got[(SCENES, 1000)]:
        fail(first, "The layer with 1000 classes is still there, and the new one stands behind it: replace it.")
    if THOUSAND in got:
        fail(first, f"Its last layer gives 1000 scores; there should be {SCENES} scores, one for each scene.")
    last = [shape for shape in got if len(shape) == 2 and shape[1] == 4096 and shape[0] not in (SCENES, 4096)]
    if last:
        fail(first, f"A layer behind 4096 values gives {last[0][0]}; there should be {SCENES} scores.")
    fail(first, "Which layers are more, fewer or of another size than torchvision's?")


def scores_for(seed: int, images: torch.Tensor) -> torch.Tensor:
    """The reference's scores of gray or coloured images."""
    with torch.no_grad():
        return reference(seed)(images if images.shape[1] == 3 else images.repeat(1, 3, 1, 1))


_WANTED: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}


def wanted_scores(seed: int, images: torch.Tensor) -> torch.Tensor:
    """The reference's scores of the hidden images, computed once a run."""
    if seed not in _WANTED or not torch.equal(_WANTED[seed][0], images):
        _WANTED[seed] = images, scores_for(seed, images)
    return _WANTED[seed][1]


def wrong_scores(seed: int, images: torch.Tensor, scores: torch.Tensor) -> Iterator[Mistake]:
    """What is often done to images and scores."""
    zeros = torch.zeros_like(images)
    for place in range(3):
        channels = [images if place == own else zeros for own in range(3)]
        yield Mistake(
            scores_for(seed, torch.cat(channels, 1)),
            "It looks as if the other two channels are zero: each of the three should show the image.",
        )
    yield Mistake(
        scores_for(seed, images / 3),
        "It looks as if each channel gets a third of the brightness: each of the three should show the image as it is.",
    )
    yield from score_mistakes(scores)
    with torch.no_grad():
        hidden = reference(seed).features(images.repeat(1, 3, 1, 1))
    yield Mistake(
        reference(seed).classifier(hidden.mean((2, 3), keepdim=True).expand(-1, -1, 6, 6).flatten(1)).detach(),
        "It looks as if the maps were averaged to one number each: AlexNet's average pool leaves 6x6.",
    )


def expect_scores(call: str, got: torch.Tensor, again: Callable[[], torch.Tensor], seed: int, images: torch.Tensor) -> None:
    """The scores are AlexNet's.

    Args:
        again: runs the student's network once more.
    """
    want = wanted_scores(seed, images)
    expect(tuple(got.shape) == tuple(want.shape), f"{call} returned shape {tuple(got.shape)}; it should be {tuple(want.shape)}.")
    tolerance = SCORES * float(want.abs().max())
    if torch.allclose(got.double(), want.double(), rtol=0, atol=tolerance):
        return
    if not torch.allclose(got, again(), rtol=0, atol=tolerance):
        fail(
            f"{call} returned other scores in a second run: dropout is active in eval mode.",
            "Which of its layers does `eval()` not reach?",
        )
    said = next((mistake.message for mistake in wrong_scores(seed, images, want) if mistake.explains(got, 0.0, tolerance)), "")
    fail(
        f"{call} did not return the scores of AlexNet.",
        said or "What happens to the image before the first layer, and what between the layers?",
    )
