"""How one reference parameter may lie in a student's model: with its axes in any order, merged, split, the bias joined.

All of these are the same model written down differently; the check that follows tells which of them a student chose.
"""

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch

Convert = Callable[[torch.Tensor], torch.Tensor]
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Layout:
    """Conversion of one parameter to a student's shape and back."""

    to_student: Convert
    from_student: Convert


def layouts(shape: Shape, found: Shape) -> Iterator[Layout]:
    """Every way in which a reference parameter of `shape` can lie in a student's of shape `found`, the usual first."""
    if math.prod(shape) != math.prod(found):
        return
    if len(shape) == 1:
        if sum(size != 1 for size in found) <= 1:
            yield Layout(lambda value: value.reshape(found), lambda value: value.reshape(shape))
        return
    for flipped in (False, True) if len(shape) == 4 else (False,):
        for axes in itertools.permutations(range(len(shape))):
            if _fits(tuple(shape[axis] for axis in axes), axes, found):
                yield _reordered(shape, found, axes, flipped)


def _fits(ordered: Shape, axes: Shape, found: Shape) -> bool:
    """Whether `found` is these axes with neighbours merged or one of them split; the outputs' axis is at an end."""
    if ordered == found:
        return True
    ours, theirs = _boundaries(ordered), _boundaries(found)
    return 0 in (axes[0], axes[-1]) and (ours >= theirs or ours <= theirs)


def _boundaries(shape: Shape) -> set[int]:
    """Where a tensor in memory is divided by its axes: the products of its sizes from the left, without the whole."""
    return set(itertools.accumulate(shape, lambda product, size: product * size)) - {1, math.prod(shape)}


def _reordered(shape: Shape, found: Shape, axes: Shape, flipped: bool) -> Layout:
    """Axes in this order; `flipped` filters are those of a convolution in the mathematicians' sense, turned around."""
    ordered = tuple(shape[axis] for axis in axes)
    back = tuple(axes.index(axis) for axis in range(len(axes)))
    turn: Convert = (lambda value: value.flip(2, 3)) if flipped else (lambda value: value)
    return Layout(lambda value: turn(value).permute(axes).reshape(found), lambda value: turn(value.reshape(ordered).permute(back)))


def joined_layouts(weight: Shape, found: Shape) -> Iterator[tuple[Layout, Layout]]:
    """Weight and bias in one matrix, the bias in its last or first column or row (a one appended to the input).

    The first of each pair converts `(weight, bias)` stacked as columns `[W b]` to the student's matrix; both take a
    part back.
    """
    n_out, n_in = weight[0], math.prod(weight[1:])
    for transposed in (False, True):
        if found != ((n_in + 1, n_out) if transposed else (n_out, n_in + 1)):
            continue
        for first in (False, True):
            yield _joined(weight, transposed, first)


def _joined(weight: Shape, transposed: bool, first: bool) -> tuple[Layout, Layout]:
    def to_student(columns: torch.Tensor) -> torch.Tensor:
        turned = torch.cat([columns[:, -1:], columns[:, :-1]], 1) if first else columns
        return turned.T if transposed else turned

    def columns_of(value: torch.Tensor) -> torch.Tensor:
        return value.T if transposed else value

    def weight_of(value: torch.Tensor) -> torch.Tensor:
        columns = columns_of(value)
        return (columns[:, 1:] if first else columns[:, :-1]).reshape(weight)

    def bias_of(value: torch.Tensor) -> torch.Tensor:
        return columns_of(value)[:, 0 if first else -1]

    return Layout(to_student, weight_of), Layout(to_student, bias_of)
