"""What `answers` of problem 2.4 is asked: right numbers from real modules on the meta device, and well-known wrong ones."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import torch
from torch import nn

from .counting import learned, words_for

KEYS = ("teacher", "student", "exam_cnn", "exam_cnn_dropout_change", "exam_mlp", "exam_mlp_batches_per_epoch")
BATCH, SAMPLES = 10, 1000
SEVEN = (
    "This answer comes from a 7x7 map in front of the last layer. What do padding 2 with a 5x5 kernel, padding 1 with a "
    "3x3 kernel and the pool make of a side of 64?"
)


@cache
def _exam_cnn() -> tuple[list[int], int]:
    """Learned numbers of the exam's CNN, layer by layer, and their sum."""
    with torch.device("meta"):
        maps = nn.Sequential(nn.Conv2d(3, 32, 5, padding=2), nn.MaxPool2d(2, 2), nn.Conv2d(32, 64, 3, padding=1), nn.Flatten())
        last = nn.Linear(maps(torch.empty(1, 3, 64, 64)).numel(), 128)
    counts = [learned(layer) for layer in (maps[0], maps[2], last)]
    return counts, sum(counts)


def exam_cnn() -> tuple[int, dict[int, str]]:
    """The right number of parameters, and words for wrong ones."""
    (first, second, _), want = _exam_cnn()
    nodes = 128

    def with_side(side: int) -> int:
        return first + second + nodes * (64 * side**2 + 1)

    return want, words_for(
        want,
        [
            (
                want - 32,
                "It looks as if the biases of the first convolution are forgotten (2,400 is its number without them): how many "
                "filters does it have?",
            ),
            (want - 32 - 64 - nodes, "It looks as if the biases of the exam's CNN are forgotten: which of its layers have some?"),
            (want - 32 - 64, "It looks as if the biases of the convolutions are forgotten: how many filters do they have?"),
            (want - nodes, "It looks as if the biases of the fully connected layer are forgotten: how many nodes does it have?"),
            (want - 64, "It looks as if the biases of the second convolution are forgotten: how many filters does it have?"),
            (
                first + second,
                "It looks as if the fully connected layer is forgotten: it holds most of the numbers. What enters it?",
            ),
            (3_238_672, SEVEN),
            (with_side(7), SEVEN),
            (with_side(7) - nodes, SEVEN),
            (3_255_056, f"It looks as if dropout was counted: what would it learn? {SEVEN}"),
            (want + 16_384, "It looks as if dropout was counted: what would it learn?"),
            (with_side(64), "It looks as if the map keeps its side of 64: the pool halves the map. Where does the pool stand?"),
            (with_side(16), "It looks as if there were two pools: how often does the pool halve the map?"),
            (with_side(28), "It looks as if the padding was forgotten: what do padding 2 and padding 1 do to the side of the map?"),
            (with_side(30), "It looks as if the padding of one convolution was forgotten: what does it do to the side of the map?"),
        ],
    )


def exam_dropout() -> tuple[int, dict[int, str]]:
    """The right change by dropout, and words for wrong ones."""
    (_, _, last), total = _exam_cnn()
    none = "which numbers of a dropout layer would an optimizer change?"
    half, more = (
        f"Half of the nodes are off at a time in training, but {none}",
        f"The question is how many more there are with dropout; {none}",
    )
    return 0, words_for(
        0,
        [
            (16_384, f"This is well known, but {none}"),
            (-((last - 128) // 2), half),
            (-(last // 2), half),
            (total, more),
            (total // 2, more),
            (1, f"Its probability is chosen, not learned: {none}"),
        ],
    )


def exam_mlp() -> tuple[int, dict[int, str]]:
    """The right number of weights and biases, and words for wrong ones."""
    want = learned(nn.Sequential(nn.Linear(50, 10, device="meta"), nn.Linear(10, 1, device="meta")))
    one_layer = "It looks as if the biases of one layer are forgotten: which nodes have one?"
    return want, words_for(
        want,
        [
            (want - 11, "It looks as if the biases of the MLP are forgotten: which nodes have one?"),
            (want - 10, one_layer),
            (want - 1, one_layer),
            (want + 50, "It looks as if the inputs have biases, too; input nodes have no biases. To what would they be added?"),
        ],
    )


def exam_batches() -> tuple[int, dict[int, str]]:
    """The right number of batches, and words for wrong ones."""
    want = len(torch.arange(SAMPLES).split(BATCH))
    return want, words_for(
        want,
        [
            (BATCH, "That is the size of a batch: how many of them are there?"),
            (SAMPLES, "That is the number of samples: how many are in one batch?"),
            (BATCH * SAMPLES, "Samples and batch size are multiplied: which of the two divides?"),
        ],
    )


def counted(spec: Any, doubled: bool = True, pools: int | None = None, biases: bool = True, output: bool = True) -> int:
    """Parameters of the network of a spec by arithmetic, with mistakes where the options say so."""
    channels, height, width = spec.im_size
    total = 0
    for index in range(spec.conv_layers):
        filters = spec.first_filters * (2 ** (index // 4) if doubled else 1)
        total += filters * (channels * 9 + biases)
        channels = filters
    shrunk = 2 ** (spec.pool_layers if pools is None else pools)
    total += spec.fc_nodes * (channels * (height // shrunk) * (width // shrunk) + biases)
    return total + (spec.n_classes * (spec.fc_nodes + biases) if output else 0)


def spec_mistakes(spec: Any, other: Any) -> list[tuple[int, str]]:
    """Words for the wrong numbers of one network; `other` is the spec of the other network of the variant."""
    return [
        (counted(other), "It looks as if teacher and student are exchanged: which spec does each come from?"),
        (counted(spec, doubled=False), "It looks as if the filters do not double: after which convolutions should they?"),
        (counted(spec, pools=0), "It looks as if the pools are forgotten: the pools halve the map. What enters the hidden layer?"),
        (counted(spec, pools=1), "It looks as if only one pool was counted: what does `spec.pool_layers` say?"),
        (counted(spec, output=False), "It looks as if the output layer is forgotten: what gives the scores?"),
        (
            counted(spec, biases=False),
            "It looks as if the biases of the variant's networks are forgotten: which of their layers have some?",
        ),
        (
            counted(spec, doubled=False, pools=0),
            "It looks as if the filters do not double and the pools are forgotten: what does the spec say?",
        ),
    ]


@cache
def _learned(network: Callable[[Any], nn.Module], spec: Any) -> int:
    """Numbers in the parameters of the reference's network for a spec; most variants return with the next submission."""
    with torch.device("meta"):
        return learned(network(spec))


def variant_numbers(variant: Any, networks: Any, known: Iterable[Any]) -> dict[str, tuple[int, dict[int, str]]]:
    """The right numbers of teacher and student, and words for wrong ones.

    Args:
        networks: the reference's module of that name.
        known: other variants, whose numbers may have been copied.
    """
    copied = "It looks as if these are the numbers of another variant: do they come from the `variant` that is given?"
    foreign = [(counted(spec), copied) for other in known for spec in (other.teacher, other.student)]
    right = {"teacher": _learned(networks.Teacher, variant.teacher), "student": _learned(networks.Student, variant.student)}
    specs = {"teacher": (variant.teacher, variant.student), "student": (variant.student, variant.teacher)}
    found = {}
    for name, want in right.items():
        found[name] = want, words_for(want, [*spec_mistakes(*specs[name]), *foreign])
    return found
