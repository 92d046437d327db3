"""Which parameters the network of a `NetworkSpec` has, and why another has others."""

import dataclasses
import math
import random
from typing import Any

Shape = tuple[int, ...]
REGISTERED = "Only layers that are attributes of the module, or stand in nn.Sequential or nn.ModuleList, are registered."


def filters_of(spec: Any) -> list[int]:
    """Filters of every convolution."""
    return [spec.first_filters * 2 ** (index // 4) for index in range(spec.conv_layers)]


def plan(spec: Any) -> list[Shape]:
    """Shapes of the weights in order: convolutions, hidden layer, output layer."""
    filters = filters_of(spec)
    _, height, width = spec.im_size
    flat = filters[-1] * (height // 2**spec.pool_layers) * (width // 2**spec.pool_layers)
    channels = [spec.im_size[0], *filters]
    return [*((o, i, 3, 3) for i, o in zip(channels, filters)), (spec.fc_nodes, flat), (spec.n_classes, spec.fc_nodes)]


def draw_specs(chance: random.Random, spec_class: type, variant: Any) -> dict[str, Any]:
    """Small specs: two of any kind, one of images of 32x32, and the student's own with a smaller image and hidden layer.

    The sides differ, so that a size that is fixed, exchanged or rounded up shows; the first spec leaves room for networks
    without padding. With ten or twelve convolutions a second pool after half of them is not one after the fourth, and doubling
    differs from adding.
    """

    def image(channels: int, high: int, wide: int) -> Shape:
        return channels, high + chance.randint(0, 1), wide + chance.randint(0, 1)

    few = spec_class(
        im_size=image(chance.randint(1, 2), 17, 14),
        n_classes=chance.randint(3, 4),
        conv_layers=6,
        pool_layers=1,
        first_filters=chance.choice([5, 7]),
        pooling="max",
        fc_nodes=chance.randint(150, 170),
        init="he",
    )
    many = spec_class(
        im_size=image(3, 9, 14),
        n_classes=chance.choice([11, 13]),
        conv_layers=chance.choice([10, 12]),
        pool_layers=2,
        first_filters=chance.choice([4, 5]),
        pooling="average",
        fc_nodes=chance.randint(150, 170),
        init="xavier",
    )
    smaller = {"im_size": image(variant.teacher.im_size[0], 13, 18), "fc_nodes": chance.randint(60, 80)}
    usual = dataclasses.replace(few, im_size=(3, 32, 32), conv_layers=2)
    return {
        "few": few,
        "many": many,
        "usual size": usual,
        "own teacher": dataclasses.replace(variant.teacher, **smaller),
        "own student": dataclasses.replace(variant.student, **smaller),
    }


def why_other_shapes(spec: Any, shapes: list[Shape]) -> tuple[str, str]:
    """What of these parameters is not as the spec says: what there is, and a hint; empty when all is right."""
    convolutions, linear = ([shape for shape in shapes if len(shape) == size] for size in (4, 2))
    vectors = [shape for shape in shapes if len(shape) == 1]
    if [*convolutions, *linear] == plan(spec) and sorted(vectors) == sorted((shape[0],) for shape in plan(spec)):
        return "", ""
    return (_why_convolutions(spec, convolutions) or _why_linear(spec, linear) or _why_vectors(spec, vectors)) or (
        f"registers parameters of shapes {shapes}",
        "In which order are the layers made?",
    )


def comparable(spec: Any, shapes: list[Shape]) -> bool:
    """Whether scores can be computed from parameters of these shapes, though they may not be those of the spec."""
    convolutions, linear = ([shape for shape in shapes if len(shape) == size] for size in (4, 2))
    odd = [shape for shape in shapes if len(shape) not in (1, 2, 4) or 0 in shape]
    if odd or not convolutions or len(linear) != 2:
        return False
    biases, layers = [shape[0] for shape in shapes if len(shape) == 1], [*convolutions, *linear]
    outputs, (_, height, width), shrunk = [shape[0] for shape in layers], spec.im_size, 2**spec.pool_layers
    flat = convolutions[-1][0] * (height // shrunk) * (width // shrunk)
    inputs = [spec.im_size[0], *outputs[: len(convolutions) - 1], flat, linear[0][0]]
    return (
        inputs == [shape[1] for shape in layers]
        and all(shape[2] % 2 and shape[3] == shape[2] for shape in convolutions)
        and all(biases.count(size) <= outputs.count(size) for size in biases)
    )


def _why_convolutions(spec: Any, found: list[Shape]) -> tuple[str, str] | None:
    if not found:
        return "registers no convolutions", f"They may be there, but they are not registered. {REGISTERED} Where are they kept?"
    sides = sorted({shape[2:] for shape in found})
    if sides != [(3, 3)]:
        return f"has kernels of {', '.join(f'{high}x{wide}' for high, wide in sides)}", "All kernels are 3x3. Which number says so?"
    filters, channels = [shape[0] for shape in found], [shape[1] for shape in found]
    if len(found) != spec.conv_layers:
        return (
            f"has {len(found)} convolutions where the spec says {spec.conv_layers}",
            "It must work for other specs than your own: does `spec.conv_layers` decide?",
        )
    if filters != filters_of(spec):
        return f"has convolutions of {', '.join(map(str, filters))} filters", _why_filters(spec, filters)
    if channels != [spec.im_size[0], *filters][:-1]:
        return f"has convolutions of {', '.join(map(str, channels))} input channels", "From which layer does each get its channels?"
    return None


def _why_filters(spec: Any, found: list[int]) -> str:
    usual = [
        (lambda index: 1, "It looks as if the filters do not double: after which convolutions should they?"),
        (
            lambda index: 2 ** ((index + 1) // 4),
            "It looks as if the filters double one convolution too early: is the first one number 0 or 1?",
        ),
        (
            lambda index: 2 ** (max(index - 1, 0) // 4),
            "It looks as if the filters double one convolution too late: is the first one number 0 or 1?",
        ),
        (
            lambda index: 1 + index // 4,
            "It looks as if the filters grow by the same number each time; they should double. What comes after twice the first?",
        ),
    ]
    for times, words in usual:
        if found == [spec.first_filters * times(index) for index in range(spec.conv_layers)]:
            return words
    return "How many does the spec give the first, and when do they double?"


def _why_linear(spec: Any, found: list[Shape]) -> tuple[str, str] | None:
    if found == plan(spec)[-2:]:
        return None
    if len(found) == 1:
        return (
            "has one linear layer",
            "It looks as if the hidden layer is missing: what stands between the flattened maps and the scores?",
        )
    if len(found) != 2:
        return f"has {len(found)} linear layers", f"A hidden and an output layer are asked for. {REGISTERED} Which ones are there?"
    (hidden, flat), (classes, inputs) = found
    if classes != spec.n_classes:
        return f"gives {classes} scores", "Where does the number of classes come from: is it in the spec?"
    if (hidden, inputs) != (spec.fc_nodes, spec.fc_nodes):
        return f"has a hidden layer of {hidden} nodes", "Which entry of the spec says how many?"
    return f"has a hidden layer that takes {flat} numbers in", _why_flat(spec, flat)


def _why_flat(spec: Any, found: int) -> str:
    last, (_, height, width), pools = filters_of(spec)[-1], spec.im_size, spec.pool_layers
    lost = 2 * spec.conv_layers  # rows and columns, without padding
    square = "It does not fit images that are not square: which of the two sides is taken twice?"
    fixed = "It is not the image size of the spec: is a number of pixels written into the code?"

    def flat(high: int, wide: int, halvings: int = pools) -> int:
        return last * (high // 2**halvings) * (wide // 2**halvings)

    usual = [
        (flat(height, width, 1), "It looks as if the second pool is missing: what does `spec.pool_layers` say?"),
        (flat(height, width, 0), "It looks as if the pools were not counted: by how much does each shrink the map?"),
        (
            flat(height - lost, width - lost),
            "It looks as if padding 1 is missing: how does a 3x3 kernel change the size of the map?",
        ),
        (flat(width, width), square),
        (flat(height, height), square),
        (flat(32, 32), fixed),
        (flat(64, 64), fixed),
        (
            last * math.ceil(height / 2**pools) * math.ceil(width / 2**pools),
            "A pool drops the last row or column of an odd side: is a size rounded up?",
        ),
    ]
    return next((words for size, words in usual if size == found), "How large is the map behind the last pool, and how deep?")


def _why_vectors(spec: Any, found: list[Shape]) -> tuple[str, str] | None:
    wanted = [(shape[0],) for shape in plan(spec)]
    if sorted(found) == sorted(wanted):
        return None
    said = f"registers {len(found)} vectors for {len(wanted)} layers"
    if len(found) < len(wanted):
        return said, "It looks as if biases are missing: every layer should have one. Is there a `bias=False`?"
    return said, "More than the biases: batch norm is not part of these networks. Which layer is one too many?"
