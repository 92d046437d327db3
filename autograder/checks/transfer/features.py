"""Problem 4.1: what trunks and heads compute, judged by the numbers that enter and leave a network's own layers."""

from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models import resnet18

from autograder.judge.expect import fail
from autograder.sandbox.confined.ready_made import fill, unfilled

from .trunks import STAGES, Network, own_convolutions

# Right trunks and heads differ from ours by 1e-5 of the largest number where a batch norm stands between; a missing ReLU or pool by
# a tenth and more.
NEAR = 1e-3
ANOTHERS_QUESTION = "batch norms in train mode"
CHANGES = {
    "no ReLU in the stem": "It looks as if the ReLU of the stem was left out: what stands between its batch norm and its max-pool?",
    "no pool in the stem": "It looks as if the max-pool of the stem was left out: what stands between its ReLU and layer1?",
    "an average pool in the stem": "It looks as if the stem has an average pool; ResNet-18's is a max-pool.",
}
# What is often put in a ReLU's place.
ACTIVATIONS: list[tuple[Callable[[torch.Tensor], torch.Tensor], str]] = [
    (lambda x: x, "Is there a ReLU between them?"),
    (torch.sigmoid, "It looks as if there was a sigmoid; a ReLU is asked for."),
    (torch.tanh, "It looks as if there was a tanh; a ReLU is asked for."),
    (F.gelu, "It looks as if there was a GELU; a ReLU is asked for."),
    (F.elu, "It looks as if there was an ELU; a ReLU is asked for."),
    (F.leaky_relu, "It looks as if there was a leaky ReLU; a ReLU is asked for."),
    (F.relu6, "It looks as if there was a ReLU6; a ReLU is asked for."),
]


class KnownResNet:
    """ResNet-18 with the weights that students' networks get; what it makes of images is computed once a run."""

    def __init__(self, seed: int):
        with unfilled():
            self._model = resnet18()
        fill(self._model, seed, False)
        self._kept: dict[tuple, torch.Tensor] = {}

    def step_by_step(self, images: torch.Tensor, stages: int) -> torch.Tensor:
        """What leaves a stage, computed anew for whoever looks at each step."""
        return self._pass(images, stages, "")

    def features(self, images: torch.Tensor, stages: int, change: str = "") -> torch.Tensor:
        """What leaves a stage, or after all four the average pool.

        Args:
            images: always the same for one size.
            stages: 1 to 4.
            change: one of `CHANGES`, or `ANOTHERS_QUESTION`.
        """
        key = tuple(images.shape), stages, change
        if key not in self._kept:
            with torch.no_grad():
                self._kept[key] = self._pass(images, stages, change).cpu()
        return self._kept[key]

    def _pass(self, images: torch.Tensor, stages: int, change: str) -> torch.Tensor:
        model = self._model.train(change == ANOTHERS_QUESTION)
        for layer in model.modules():
            if isinstance(layer, nn.BatchNorm2d):
                layer.track_running_stats = not model.training  # nothing moves them
        x = model.bn1(model.conv1(images))
        x = x if change == "no ReLU in the stem" else F.relu(x)
        pool = F.avg_pool2d if change == "an average pool in the stem" else F.max_pool2d
        x = x if change == "no pool in the stem" else pool(x, 3, 2, 1)
        for stage in [model.layer1, model.layer2, model.layer3, model.layer4][:stages]:
            x = stage(x)
        return x.mean((2, 3)) if stages == 4 else x


def near(got: torch.Tensor, want: torch.Tensor) -> bool:
    """Whether these are the same numbers."""
    return got.numel() == want.numel() and bool((got.flatten() - want.flatten()).abs().max() <= NEAR * want.abs().max())


def expect_features(network: Network, resnet: KnownResNet) -> None:
    """The trunk computes what ResNet-18 does up to there; seen where its result enters the first layer of the head."""
    layers = network.linear[:1] if network.head in ("softmax", "twolayernn", "finetune") else network.convolution
    if network.head == "convnet" and own_convolutions(network) != 1 or network.head == "mymodel" or not layers:
        return
    given, stages = layers[0][0], STAGES[network.head]
    want = resnet.features(network.images, stages)
    # Layers of another width are another check's question.
    if (
        given.numel() != want.numel()
        or near(given, want)
        or near(given, resnet.features(network.images, stages, ANOTHERS_QUESTION))
    ):
        return
    said = next((words for change, words in CHANGES.items() if near(given, resnet.features(network.images, stages, change))), "")
    fail(
        f"{network.call}: the trunk gives other numbers than ResNet-18 up to there, with the same weights.",
        said or "Which of its layers are left out, or come in another order?",
    )


def expect_relu(network: Network) -> None:
    """Between the two layers of the head twolayernn stands a ReLU and nothing else that counts."""
    if len(network.linear) != 2 or not network.repeats:
        return
    (_, before), (after, _) = network.linear
    if before.shape == after.shape and not near(after, F.relu(before)):
        fail(
            f"{network.call}: what enters its last layer is not the ReLU of what leaves the layer before.",
            next((words for act, words in ACTIVATIONS if near(after, act(before))), "What stands between the two layers?"),
        )


def expect_pooled(network: Network) -> None:
    """Between convolution and linear layer of the head convnet stand a ReLU and a max-pool; what fits the sizes is free."""
    if own_convolutions(network) != 1 or not network.linear or not network.convolution or not network.repeats:
        return
    maps, given = network.convolution[0][1], network.linear[0][0]
    if maps.ndim != 4 or given.ndim != 2 or given.shape[1] % maps.shape[1]:
        return

    def fits(maps: torch.Tensor, pools: list[Callable]) -> bool:
        # Flattened in any order.
        return any(near(given.sort(1).values, want.sort(1).values) for want in _flattened(maps, pools, given.shape[1]))

    if fits(F.relu(maps), MAX_POOLS):
        return
    said = next((words for act, words in ACTIVATIONS if fits(act(maps), MAX_POOLS)), "")
    if fits(F.relu(maps), [lambda maps: maps]):
        said = "It looks as if the max-pool was left out: an adaptive pool that averages does not stand for it."
    if fits(F.relu(maps), AVERAGE_POOLS):
        said = "It looks as if an average was taken instead of the maximum of each 2x2 pixels."
    fail(
        f"{network.call}: what enters its linear layer is not the max-pool of the ReLU of what leaves its convolution.",
        said or "What stands between the two layers?",
    )


def _flattened(maps: torch.Tensor, pools: list[Callable], length: int) -> Iterator[torch.Tensor]:
    """What may enter a linear layer of this length: pooled maps, brought to a size by an adaptive pool where that is needed."""
    for pool in pools:
        try:
            pooled = pool(maps)
        except RuntimeError:  # larger than the maps
            continue
        count = length // maps.shape[1]
        sizes = [(rows, count // rows) for rows in range(1, count + 1) if count % rows == 0]
        for rows, columns in sizes:
            if tuple(pooled.shape[2:]) == (rows, columns):
                yield pooled.flatten(1)
            yield F.adaptive_avg_pool2d(pooled, (rows, columns)).flatten(1)
            yield F.adaptive_max_pool2d(pooled, (rows, columns)).flatten(1)


def _pools(pool: Callable) -> list[Callable]:
    """Pools of 2x2 and 3x3 px as they are usually made."""
    return [
        lambda maps, k=kernel, s=stride, p=padding, up=ceil: pool(maps, k, s, p, ceil_mode=up)
        for kernel in (2, 3)
        for stride in {2, 1, kernel}
        for padding in (0, 1)
        for ceil in (False, True)
    ]


MAX_POOLS = [*_pools(F.max_pool2d), *(lambda maps, size=size: F.adaptive_max_pool2d(maps, size) for size in (1, 2))]
AVERAGE_POOLS = _pools(F.avg_pool2d)
