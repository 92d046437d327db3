"""Problem 4.1: which part of ResNet-18 each head stands on, and what is said of a network that keeps another part."""

from collections import Counter
from dataclasses import dataclass
from functools import cache

import torch
from torch import nn
from torchvision.models import resnet18

from autograder.judge.expect import expect, fail
from autograder.sandbox.confined.ready_made import MadeUp

HEADS = ("softmax", "twolayernn", "convnet", "mymodel", "finetune")
STAGES = {"softmax": 4, "twolayernn": 4, "convnet": 3, "mymodel": 1, "finetune": 4}
STEM, FC = (64, 3, 7, 7), (1000, 512)
PLACES = {
    "softmax": "It should hold everything up to the average pool.",
    "twolayernn": "It should hold everything up to the average pool.",
    "convnet": "The head convnet stands behind layer3: the last stage, the average pool and fc are cut off.",
    "mymodel": "The head mymodel stands behind layer1: all later stages are cut off.",
    "finetune": "It should hold all of ResNet-18.",
}
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Parameter:
    """One of a network's parameters; `called`: whether its layer ran."""

    name: str
    shape: Shape
    trains: bool
    called: bool


@dataclass(frozen=True)
class Network:
    """What a check knows of a student's network, from a run in eval mode with one image, twice.

    `linear` and `convolution`: what entered and left the first two linear layers and the last convolution that ran.
    """

    call: str
    head: str
    parameters: list[Parameter]
    norms: list[tuple[str, bool, bool]]
    scores: torch.Tensor
    images: torch.Tensor
    linear: list[tuple[torch.Tensor, torch.Tensor]]
    convolution: list[tuple[torch.Tensor, torch.Tensor]]
    eval_reached: bool

    @property
    def convolutions(self) -> list[Parameter]:
        """The weights of convolutions."""
        return [one for one in self.parameters if len(one.shape) == 4]

    @property
    def matrices(self) -> list[Parameter]:
        """The weights of linear layers, those that ran."""
        found = [one for one in self.parameters if len(one.shape) == 2]
        return [one for one in found if one.called] or found

    @property
    def repeats(self) -> bool:
        """Whether the image gets the same scores a second time: else something random is left, which another check judges."""
        scores = self.scores
        if not isinstance(scores, torch.Tensor) or scores.is_complex() or scores.ndim == 0 or len(scores) != 2:
            return True
        return torch.allclose(scores[:1], scores[1:], rtol=1e-3, atol=1e-3 * float(scores.abs().max()))

    @property
    def has_trunk(self) -> bool:
        """Whether there is anything of ResNet-18 in it."""
        return any(one.shape == STEM for one in self.parameters)


@cache
def stages() -> tuple[Counter, ...]:
    """How many convolutions of each shape the stem and each stage of ResNet-18 have."""
    with torch.device("meta"):
        resnet = resnet18()
    parts = [nn.ModuleList([resnet.conv1]), resnet.layer1, resnet.layer2, resnet.layer3, resnet.layer4]
    return tuple(Counter(tuple(layer.weight.shape) for layer in part.modules() if isinstance(layer, nn.Conv2d)) for part in parts)


def trunk(head: str) -> Counter:
    """How many convolutions of each shape the trunk of a head has."""
    return sum(stages()[: STAGES[head] + 1], Counter())


def own_convolutions(network: Network) -> int:
    """How many convolutions a network has beside those of its trunk."""
    return sum((Counter(one.shape for one in network.convolutions) - trunk(network.head)).values())


def norms_of_trunk(head: str) -> int:
    """A batch norm follows each convolution of ResNet-18."""
    return trunk(head).total() if hasattr(Counter, "total") else sum(trunk(head).values())


@cache
def made_up_corners() -> dict[Shape, set[float]]:
    """The number with which each convolution of the made-up weights is filled, by shape."""
    found: dict[Shape, set[float]] = {}
    for value in MadeUp(True)("resnet18").values():
        if value.ndim == 4:
            found.setdefault(tuple(value.shape), set()).add(float(value.flatten()[0]))
    return found


def expect_place(network: Network) -> None:
    """The trunk is ResNet-18 up to where the head stands, and all of it is used."""
    call, head, hint = network.call, network.head, PLACES[network.head]
    wanted = trunk(head)
    expect(network.has_trunk, f"{call} has no trunk: ResNet-18's first convolution is missing.", hint)
    every = Counter(one.shape for one in network.convolutions)
    missing = wanted - every
    expect(not missing, f"{call} lacks layers of ResNet-18 that should be in its trunk.", hint)
    unused = [one.name for one in network.convolutions if not one.called]
    expect(
        not unused or len(unused) == len(network.convolutions),
        f"{call} holds layers that are never used, such as {', '.join(unused[:2])}.",
        "What a trunk leaves out should not be in the network at all.",
    )
    # What trains belongs to the head, unless nothing is frozen, which another check judges.
    kept = [one for one in network.convolutions if not one.trains] or network.convolutions
    found = Counter(one.shape for one in kept)
    # A head that stands behind layer1 may have convolutions of that shape itself.
    expect(
        head == "mymodel" or found[(64, 64, 3, 3)] <= wanted[(64, 64, 3, 3)] + any(one.trains for one in kept) * 2,
        f"{call} has more convolutions in its first stage than ResNet-18.",
        "Which ResNet is it?",
    )
    beyond = sum(stages()[STAGES[head] + 1 :], Counter())
    expect(
        not beyond or beyond - found == beyond,
        f"{call} holds stages of ResNet-18 that should be cut off: the head stands too late.",
        hint,
    )


def expect_head(network: Network) -> None:
    """The head has the layers that its name asks for; how many scores it gives is another check's question."""
    call, shapes = network.call, [one.shape for one in network.matrices]
    first = f"{call} has linear layers of the shapes {shapes}"
    if network.head == "softmax":
        expect(len(shapes) == 1 and shapes[0][1] == 512, f"{first}; the head softmax is one linear layer on the 512 features.")
    elif network.head == "twolayernn":
        fits = len(shapes) == 2 and shapes[0][1] == 512 and shapes[1][1] == shapes[0][0]
        expect(fits, f"{first}; the head twolayernn is two of them, the first on the 512 features.")
    elif network.head == "finetune":
        hint = "The head finetune keeps ResNet-18 whole, fc as well, and adds one extra layer behind it, on the 1000 scores."
        expect(len(shapes) > 1, f"{first}: there is no extra layer.", hint)
        expect(FC in shapes, f"{first}: fc, ResNet-18's own last layer, is not among them.", hint)
        extra = Counter(shapes) - Counter([FC])
        expect(len(shapes) == 2, f"{first}: there is more than one extra layer.", hint)
        expect(next(iter(extra))[1] == FC[0], f"{first}: the extra layer does not stand on the 1000 scores.", hint)
    elif network.head == "convnet":
        own = Counter(one.shape for one in network.convolutions) - trunk("convnet")
        expect(bool(own and shapes), f"{call}: the head convnet needs a convolution and a linear layer of its own.")
    else:
        own = Counter(one.shape for one in network.convolutions) - trunk("mymodel")
        expect(bool(own or shapes), f"{call} has no layers of its own behind the trunk.")


def expect_frozen(network: Network, moved: bool) -> None:
    """No parameter of the trunk trains.

    Args:
        moved: whether the trunk's batch norms move in train mode.
    """
    call, head = network.call, network.head
    still = trunk(head) - Counter(one.shape for one in network.convolutions if not one.trains)
    first = f"{call} has parameters of the trunk that train; frozen=True, the default, should stop them."
    if still == trunk(head):
        fail(
            first,
            "Nothing is frozen: everything trains."
            if moved
            else "Its batch norms stand still, but gradients still reach the trunk: which attribute of a parameter says "
            "that it does not train?",
        )
    if still == Counter([STEM]):
        fail(first, "The stages are frozen, but the first convolution is not: the stem is part of the trunk.")
    expect(not still, first, "Which layers does the freezing leave out?")
    silent = [(weight, bias) for _, weight, bias in network.norms if not (weight or bias)]
    if len(silent) < norms_of_trunk(head):
        only_biases = any(bias and not weight for _, weight, bias in network.norms)
        fail(
            first,
            "The weights are frozen, but the biases of the trunk still train."
            if only_biases
            else "The convolutions are frozen, but the batch norms of the trunk still train: they have parameters, too.",
        )
    trained_fc = [one.name for one in network.parameters if one.trains and one.shape in (FC, (1000,))]
    expect(not (head == "finetune" and trained_fc), first, "fc belongs to the trunk of finetune; only the extra layer trains.")
