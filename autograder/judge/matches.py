"""Which of a student's parameters is which of the reference's: by shape, in any order of the axes, and by order, not by name."""

import copy
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import nn

from .layouts import Layout, joined_layouts, layouts

Names = tuple[str, ...]
Shapes = list[tuple[Names, tuple[int, ...]]]
Slots = dict[str, tuple[Names, Layout]]
# Of models with more parameters than the first number no part is matched, and no more than the second number of ways is tried.
MOST_FOUND, MOST_TRIED = 12, 8


@dataclass
class Alignment:
    """Which of the student's parameters is which of the reference's, and how to convert between them.

    `slots` maps a reference name to (student's names, layout). A parameter has several names where the student keeps
    every row on its own; weight and bias that lie in one matrix have the same names.
    """

    twin: nn.Module
    slots: Slots
    flat: str  # the reference's weight that follows the flattening
    explained: bool = False  # whether the model computes what this way of matching says
    missing: tuple[str, ...] = ()  # reference names that the student's model lacks: biases, 0 in the twin
    extra: Names = ()  # the student's names that nothing of the reference corresponds to
    order: torch.Tensor | None = None  # position i of the student's flattened input is position order[i] of ours

    def weights(self) -> dict[str, torch.Tensor]:
        """The reference's weights by the student's names and in the student's layout."""
        values = {name: value.detach() for name, value in self.twin.named_parameters()}
        if self.order is not None:
            values[self.flat] = values[self.flat][:, self.order]
        result: dict[str, torch.Tensor] = {}
        for name, (theirs, layout) in self.slots.items():
            partners = [other for other, slot in self.slots.items() if slot[0] == theirs]
            if len(partners) == 2:
                weight, bias = (values[partner] for partner in partners)
                whole = layout.to_student(torch.cat([weight.flatten(1), bias[:, None]], 1))
            else:
                whole = layout.to_student(values[name])
            rows = whole.unbind(0) if len(theirs) > 1 else [whole]
            result |= {their_name: row.contiguous() for their_name, row in zip(theirs, rows)}
        return result

    def to_reference(self, theirs: dict[str, torch.Tensor | None]) -> dict[str, torch.Tensor | None]:
        """Values by the student's names, such as gradients, as values by the reference's names and in its layout."""
        result: dict[str, torch.Tensor | None] = {}
        for name, (their_names, layout) in self.slots.items():
            rows = [theirs.get(their_name) for their_name in their_names]
            if not all(isinstance(row, torch.Tensor) for row in rows):
                result[name] = None
                continue
            value = layout.from_student(torch.stack(rows) if len(rows) > 1 else rows[0])  # type: ignore[arg-type]
            if name == self.flat and self.order is not None:
                value = value[:, torch.argsort(self.order)]
            result[name] = value
        return result


def ways(twin: nn.Module, shapes: Shapes, flat: str) -> Iterator[Alignment]:
    """All ways to match everything; where there is none, some to match a part."""
    complete = False
    for alignment in candidates(twin, shapes, flat):
        complete = True
        yield alignment
    if complete:
        return
    for found in (shapes, _rows_together(shapes)):
        if len(found) <= MOST_FOUND:
            yield from itertools.islice(partial_candidates(twin, found, flat), MOST_TRIED)


def candidates(twin: nn.Module, found: Shapes, flat: str) -> Iterator[Alignment]:
    """Every way to match the reference's parameters with the student's shapes, plain ones first."""
    wanted = [(name, tuple(value.shape)) for name, value in twin.named_parameters()]
    for slots in _plain(wanted, found):
        yield Alignment(twin, slots, flat)
    if len(found) < len(wanted):
        for slots in _with_joined(wanted, found):
            yield Alignment(twin, slots, flat)
    if len(found) > len(wanted):
        for slots in _plain(wanted, _rows_together(found)):
            yield Alignment(twin, slots, flat)


def partial_candidates(twin: nn.Module, found: Shapes, flat: str) -> Iterator[Alignment]:
    """Ways to match some of the parameters, fewest left over first: biases may be missing, others one too many."""
    wanted = [(name, tuple(value.shape)) for name, value in twin.named_parameters()]
    biases = [name for name, shape in wanted if len(shape) == 1]
    for n_missing in range(len(biases) + 1):
        for missing in itertools.combinations(biases, n_missing):
            there = [entry for entry in wanted if entry[0] not in missing]
            for chosen in itertools.combinations(range(len(found)), len(there)):
                extra = tuple(name for place, (names, _) in enumerate(found) if place not in chosen for name in names)
                for slots in _plain(there, [found[place] for place in chosen]) if missing or extra else ():
                    yield Alignment(_without(twin, missing), slots, flat, missing=missing, extra=extra)


def _without(twin: nn.Module, missing: Names) -> nn.Module:
    """The reference with 0 for the parameters that are missing."""
    bare = copy.deepcopy(twin)
    for name, value in bare.named_parameters():
        if name in missing:
            value.data.zero_()
    return bare


def _plain(wanted: list, found: Shapes) -> Iterator[Slots]:
    if not wanted or len(wanted) != len(found):
        if not wanted and not found:
            yield {}
        return
    (name, shape), rest = wanted[0], wanted[1:]
    for place, (theirs, their_shape) in enumerate(found):
        for layout in layouts(shape, their_shape):
            for others in _plain(rest, found[:place] + found[place + 1 :]):
                yield {name: (theirs, layout)} | others


def _with_joined(wanted: list, found: Shapes) -> Iterator[Slots]:
    if not wanted:
        if not found:
            yield {}
        return
    (weight, shape), (bias, _), rest = wanted[0], wanted[1], wanted[2:]
    for place, (theirs, their_shape) in enumerate(found):
        others_found = found[:place] + found[place + 1 :]
        for pair in joined_layouts(shape, their_shape):
            for others in _with_joined(rest, others_found):
                yield {weight: (theirs, pair[0]), bias: (theirs, pair[1])} | others
    for chosen in _pairs(found):
        for first in _plain(wanted[:2], [found[place] for place in chosen]):
            for others in _with_joined(rest, [entry for place, entry in enumerate(found) if place not in chosen]):
                yield first | others


def _pairs(found: Shapes) -> Iterator[tuple[int, int]]:
    """Two places among the parameters found: a weight and a bias that may lie apart."""
    return ((i, j) for i in range(len(found)) for j in range(i + 1, len(found)))


def _rows_together(found: Shapes) -> Shapes:
    """The parameters with those of the same shape as one, as when every class or unit is a layer of its own."""
    groups: dict[tuple[int, ...], list[str]] = {}
    for names, shape in found:
        groups.setdefault(shape, []).extend(names)
    return [(tuple(names), (len(names), *shape) if len(names) > 1 else shape) for shape, names in groups.items()]
