"""Counts of learned numbers from torch's own modules on the meta device, and what the usual mistakes count instead.

A `Count` is one call: its arguments, the right number, and words for wrong ones.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

from autograder.judge.expect import expect_equal, fail
from autograder.judge.expect import in_words as value_in_words
from autograder.sandbox.faults import Raised
from autograder.sandbox.held import Name, in_words

from .services.networks import model_to_count


@dataclass(frozen=True)
class Count:
    """One call with the right number, and words for the numbers that the usual mistakes give."""

    arguments: tuple
    want: int
    mistakes: dict[int, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


def learned(module: nn.Module) -> int:
    """Numbers in the parameters of a module."""
    return sum(parameter.numel() for parameter in module.parameters())


def words_for(want: int, mistakes: Iterable[tuple[int, str]]) -> dict[int, str]:
    """Words by wrong number; where two mistakes give the same one, the first counts."""
    found: dict[int, str] = {}
    for value, words in mistakes:
        if value != want:
            found.setdefault(value, words)
    return found


def expect_number(call: str, got: Any, want: int, hint: str, mistakes: dict[int, str]) -> None:
    """A plain int, and the right one."""
    if type(got) is not int:
        float_hint, other_hint = "`/` gives a float. Which operator divides whole numbers?", "Which type do counts have?"
        fail(f"{call} returned {value_in_words(got)}; it should be a plain int.", float_hint if type(got) is float else other_hint)
    expect_equal(call, got, want, hint, mistakes)  # type: ignore[arg-type]


def expect_count(function: Name, name: str, count: Count, hint: str) -> None:
    """A student's function returns the right number for one call."""
    call = in_words(name, count.arguments, count.options)
    try:
        got = function(*count.arguments, **count.options)
    except Raised as fault:
        if any(isinstance(argument, (tuple, list)) for argument in count.arguments):
            fail(
                f"{call} stopped: {fault.message.partition(': ')[2] or fault.message}",
                "kernel_size may be a pair (height, width), as a tuple or a list. How do you tell it from an int?",
            )
        raise
    expect_number(call, got, count.want, hint, count.mistakes)


def convolution(i: int, o: int, kernel: Any, bias: bool = True, groups: int = 1) -> Count:
    """One call of `conv2d_parameters`."""
    high, wide = kernel if isinstance(kernel, (tuple, list)) else (kernel, kernel)
    want = learned(nn.Conv2d(i, o, (high, wide), bias=bias, groups=groups, device="meta"))
    weights, added = o * (i // groups) * high * wide, o if bias else 0
    mistakes = [
        (weights, "It looks as if the biases of the convolution are forgotten: what is added to every output?"),
        (o * high * wide + added, "It looks as if the input channels are forgotten: how deep is one filter?"),
        (weights + 1, "It looks as if there is a single bias; there is one bias for each filter. How many are there?"),
        (weights + i * o, "It looks as if there is a bias for each input channel of each filter: to what is a bias added?"),
        (weights + i, "It looks as if there is a bias for each input channel: to what is a bias added?"),
        (weights + o, "It looks as if biases are counted although bias=False was given: what does the argument decide?"),
        (o * i * high * wide + added, "It looks as if the groups are ignored: how many channels does one filter see?"),
        (
            weights // groups + added,
            "It looks as if the weights were divided by the groups twice: filters see fewer channels, but are there fewer filters?",
        ),
        (
            (weights * groups + added) // groups,
            "It looks as if the biases were divided by the groups, too: how many filters have one?",
        ),
        (o * (i // groups) * high**2 + added, "kernel_size may be a pair, height and width: is its second number used?"),
        (o * (i // groups) * wide**2 + added, "kernel_size may be a pair, height and width: is its first number used?"),
    ]
    options = ({} if bias else {"bias": False}) | ({} if groups == 1 else {"groups": groups})
    return Count((i, o, kernel), want, words_for(want, mistakes), options)


def draw_convolutions(chance: random.Random) -> dict[str, list[Count]]:
    """Calls of `conv2d_parameters`: ordinary ones, with groups, with a pair."""
    some = chance.randint
    high, wide = chance.sample(range(2, 8), 2)
    groups = some(2, 4)
    i, o = groups * chance.choice([size for size in range(2, 7) if size != groups]), groups * some(7, 9)
    return {
        "ordinary": [
            convolution(some(3, 9), some(10, 20), some(2, 6)),
            convolution(some(3, 9), some(10, 20), some(2, 6), bias=False),
            convolution(3, 32, 5),
        ],
        "groups": [convolution(i, o, some(2, 5), groups=groups), convolution(i, o, some(2, 5), bias=False, groups=groups)],
        "pairs": [
            convolution(some(3, 9), some(10, 20), (high, wide), bias=False),
            convolution(some(3, 9), some(10, 20), [wide, high], bias=False),
        ],
    }


def draw_linears(chance: random.Random) -> list[Count]:
    """Calls of `linear_parameters`."""
    i, o = chance.randint(11, 60), chance.randint(2, 10)
    want = learned(nn.Linear(i, o, device="meta"))
    mistakes = [
        (i * o, "It looks as if the biases of the linear layer are forgotten: what is added to every output?"),
        (i * o + i, "It looks as if there is one bias for each input: to what is a bias added?"),
        (i * o + 1, "It looks as if there is a single bias: how many outputs are there?"),
    ]
    counted = "It looks as if biases are counted although bias=False was given: what does the argument decide?"
    return [Count((i, o), want, words_for(want, mistakes)), Count((i, o), i * o, {want: counted}, {"bias": False})]


def draw_batch_norms(chance: random.Random) -> list[Count]:
    """Calls of `batchnorm2d_parameters`."""
    c = chance.randint(5, 90)
    want = learned(nn.BatchNorm2d(c, device="meta"))
    buffers = "It looks as if the running mean and variance are counted: who changes them, the optimizer or the forward pass?"
    mistakes = [
        (4 * c, buffers),
        (4 * c + 1, buffers),
        (3 * c, buffers),
        (want + 1, "It looks as if the counter of batches is counted: who changes it?"),
        (c, "Each channel has a scale and shift: is one of the two forgotten?"),
    ]
    return [Count((c,), want, words_for(want, mistakes))]


def output_size(size: int, k: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> Count:
    """One call of `conv2d_output_size`, its options by name."""
    line = nn.Conv1d(1, 1, k, stride, padding, dilation, device="meta")
    want = line(torch.empty(1, 1, size, device="meta")).shape[-1]
    room = size + 2 * padding - dilation * (k - 1) - 1
    mistakes = [
        (
            (room + 1) // stride,
            "It looks as if 1 is added before the division by the stride: which part of the formula counts steps, which the start?",
        ),
        (-(-room // stride) + 1, "It looks as if it was rounded up: does a window count that does not fit entirely?"),
        (
            (room - padding) // stride + 1,
            "It looks as if the padding was added once: it stands on both borders. How many rows are that?",
        ),
        ((room + (dilation - 1) * (k - 1)) // stride + 1, "It looks as if the dilation is ignored: how far does the kernel reach?"),
        (
            (room - dilation + 1) // stride + 1,
            "It looks as if the reach of a dilated kernel is taken for dilation * kernel_size: how many gaps has it?",
        ),
        (room + 1, "It looks as if the stride is ignored: how far does the window move a step?"),
        (
            room // stride,
            "It looks as if the first position of the window is not counted: where does it stand before its first step?",
        ),
    ]
    given = {"stride": (stride, 1), "padding": (padding, 0), "dilation": (dilation, 1)}
    options = {name: value for name, (value, usual) in given.items() if value != usual}
    return Count((size, k), want, words_for(want, mistakes), options)


def draw_output_sizes(chance: random.Random) -> dict[str, Count]:
    """Calls of `conv2d_output_size`, each with one option more than none, in an order in which the first wrong one tells most."""
    some = chance.randint
    stride, k = some(3, 5), some(2, 5)
    steps = stride * some(4, 8) + some(1, stride - 2)  # the division has a rest, and not the one that 1 more would fill up
    return {
        "no options": output_size(some(20, 40), some(2, 6)),
        "a stride": output_size(steps + k, k, stride=stride),
        "padding": output_size(some(20, 40), some(3, 6), padding=some(1, 3)),
        "dilation": output_size(some(20, 40), some(3, 5), dilation=some(2, 3)),
        "everything": output_size(some(40, 60), some(3, 5), stride=some(2, 3), padding=some(2, 3), dilation=some(2, 3)),
    }


def model_counts(kind: str, a: int, b: int, trainable_only: bool) -> tuple[int, dict[int, str]]:
    """The right number for one of the kit's small models, and words for wrong ones."""
    model = model_to_count(kind, a, b)
    parameters, buffers = list(model.parameters()), sum(buffer.numel() for buffer in model.buffers())
    chosen = [parameter for parameter in parameters if parameter.requires_grad or not trainable_only]
    frozen = sum(parameter.numel() for parameter in parameters if not parameter.requires_grad)
    want, everything = sum(parameter.numel() for parameter in chosen), learned(model)
    every_place = [
        value.numel() for _, value in model.named_parameters(remove_duplicate=False) if value.requires_grad or not trainable_only
    ]
    tensors = "It looks like the number of tensors, not the numbers in them: how many numbers does one hold?"
    with_buffers = "It looks as if buffers were counted, such as batch norm's statistics: which method gives parameters only?"
    return want, words_for(
        want,
        [
            (everything, "It looks as if frozen parameters were counted: what tells that a parameter trains?"),
            (len(chosen), tensors),
            (len(parameters), tensors),
            *(((want + buffers, with_buffers), (everything + buffers, with_buffers)) if buffers else ()),
            (sum(every_place), "It looks as if shared parameters were counted twice: which of torch's iterators gives each once?"),
            (
                sum(value.numel() for value in chosen if value.ndim > 1),
                "It looks as if biases were left out: do they not learn, too?",
            ),
            (frozen, "It looks as if only the frozen parameters were counted: what should trainable_only=False count?"),
            (everything - frozen, "It looks as if frozen parameters were left out: what should trainable_only=False count?"),
        ],
    )
