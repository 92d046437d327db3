"""How one reference parameter may lie in a student's model: as it is, transposed, flattened, or with the bias joined."""
import math
from dataclasses import dataclass
from typing import Callable, Iterator

import torch

Convert = Callable[[torch.Tensor], torch.Tensor]


@dataclass(frozen=True)
class Layout:
    """Conversion of one parameter to a student's shape and back."""

    to_student: Convert
    from_student: Convert


def layouts(shape: tuple[int, ...], found: tuple[int, ...]) -> Iterator[Layout]:
    """Every way in which a reference parameter of `shape` can lie in a student's parameter of shape `found`."""
    if found == shape:
        yield Layout(lambda value: value, lambda value: value)
    if len(shape) == 1 and math.prod(found) == shape[0] and sum(size != 1 for size in found) <= 1:
        yield Layout(lambda value: value.reshape(found), lambda value: value.reshape(shape))
    if len(shape) > 1:
        flat = (shape[0], math.prod(shape[1:]))
        if found == flat and found != shape:
            yield Layout(lambda value: value.reshape(flat), lambda value: value.reshape(shape))
        if found == flat[::-1]:
            yield Layout(lambda value: value.reshape(flat).T, lambda value: value.T.reshape(shape))


def joined_layouts(weight: tuple[int, ...], found: tuple[int, ...]) -> Iterator[tuple[Layout, Layout]]:
    """Weight and bias in one matrix, the bias in its last or first column or row (a one appended to the input).

    The first of each pair converts `(weight, bias)` stacked as columns `[W b]` to the student's matrix; both take a part back.
    """
    n_out, n_in = weight[0], math.prod(weight[1:])
    for transposed in (False, True):
        if found != ((n_in + 1, n_out) if transposed else (n_out, n_in + 1)):
            continue
        for first in (False, True):
            yield _joined(weight, transposed, first)


def _joined(weight: tuple[int, ...], transposed: bool, first: bool) -> tuple[Layout, Layout]:
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
