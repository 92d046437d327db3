"""Problem 3.10: hidden labels whose confusion matrix is known from the start, and the usual wrong matrices."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from autograder.judge.expect import expect_finite, expect_shape, fail, in_words
from autograder.judge.mistakes import Mistake

EXCHANGED = "Rows and columns are exchanged: which of the two comes first, the true class or the predicted one?"
# Shares are single divisions; `x / (sum + 1e-8)` is a right style, too, and moves a share by at most 1e-8.
SHARES = {"rtol": 0.0, "atol": 1e-6}


@dataclass(frozen=True)
class Labelled:
    """Labels as (N,) int64 arrays and their (C, C) matrix of counts, rows true."""

    targets: np.ndarray
    predictions: np.ndarray
    counts: torch.Tensor

    @property
    def n_classes(self) -> int:
        """How many classes there are, whether they occur or not."""
        return len(self.counts)

    @property
    def sums(self) -> torch.Tensor:
        """(C, 1): how many images each true class has."""
        return self.counts.sum(1, keepdim=True)

    @property
    def from_one(self) -> "Labelled":
        """The same with every class one place earlier, as it looks to whoever takes labels to begin with 1."""
        c = self.n_classes
        return Labelled((self.targets - 1) % c, (self.predictions - 1) % c, self.counts.roll((-1, -1), (0, 1)))

    @property
    def swapped(self) -> "Labelled":
        """The same with the parts of targets and predictions exchanged."""
        return Labelled(self.predictions, self.targets, self.counts.T.contiguous())


def labelled(counts: torch.Tensor, chance: random.Random) -> Labelled:
    """Labels in random order that are counted so."""
    pairs = [(row, column) for row, line in enumerate(counts.tolist()) for column, count in enumerate(line) for _ in range(count)]
    chance.shuffle(pairs)
    targets, predictions = np.array(pairs, dtype=np.int64).T.copy()
    return Labelled(targets, predictions, counts)


def draw_complete(chance: random.Random) -> Labelled:
    """Every class occurs and is predicted; sums of rows and of columns differ, and so do pairs of cells."""
    c = chance.choice([5, 6])
    while True:
        counts = torch.tensor([[chance.randint(0, 3) + (4 if row == column else 0) for column in range(c)] for row in range(c)])
        rows, columns = counts.sum(1), counts.sum(0)
        if len(rows.unique()) > 2 and int((rows != columns).sum()) > 2 and int((counts != counts.T).sum()) > c:
            return labelled(counts, chance)


def draw_incomplete(chance: random.Random) -> Labelled:
    """One class is never true, one never predicted, the last one neither; one is true only once."""
    complete = draw_complete(chance)
    counts, c = complete.counts.clone(), complete.n_classes
    never_true, never_predicted, once = chance.sample(range(c - 1), 3)
    counts[never_true], counts[:, never_predicted], counts[once] = 0, 0, 0
    counts[once, once] = 1
    counts[never_predicted, never_true] = 3
    counts[-1], counts[:, -1] = 0, 0
    return labelled(counts, chance)


def matrix_of(call: str, got: Any, data: Labelled) -> torch.Tensor:
    """What came back as a tensor of the right shape; an array, a tensor or nested lists."""
    if isinstance(got, list):
        try:
            got = np.array(got, dtype=np.float64)
        except (TypeError, ValueError):
            fail(f"{call} returned a list that is no matrix; it should be an array.")
    if not isinstance(got, (np.ndarray, torch.Tensor)):
        fail(f"{call} returned {in_words(got)}; it should be an array.")
    c, occurring = data.n_classes, int(max(data.targets.max(), data.predictions.max())) + 1
    sizes = {(occurring, occurring): "It is as large as the largest class that occurs: take the size from `n_classes`."}
    tensor = torch.as_tensor(got).cpu()
    hint = sizes.get(tuple(tensor.shape), "There should be one row and one column for each of the `n_classes` classes.")
    return expect_shape(call, tensor, (c, c), hint)


def count_mistakes(data: Labelled) -> Iterator[Mistake]:
    """What is often counted instead."""
    counts = data.counts
    yield Mistake(counts.T, EXCHANGED)
    one = "It looks as if the classes are counted from 1: they are 0, 1, 2, ..."
    yield Mistake(counts.roll((-1, -1), (0, 1)), one)
    yield Mistake(counts.roll((1, 1), (0, 1)), one)
    yield Mistake(torch.diag(counts.diag()), "There are only the right predictions in it: where do wrong ones go?")
    yield Mistake(
        (counts > 0) * 1,
        "Equal pairs are counted once: an indexed `+=` adds to a place once, however often "
        "it is named. Which function adds every time?",
    )
    yield Mistake(torch.tril(counts), "Only the part below the diagonal is filled.")
    yield Mistake(torch.triu(counts), "Only the part above the diagonal is filled.")
    yield Mistake(counts / data.sums.clamp(min=1), "With normalize=False, the default, these should be counts, not shares.")
    yield Mistake(counts - torch.diag(counts.diag()), "The right predictions are missing: the diagonal belongs to it.")


def share_mistakes(data: Labelled) -> Iterator[Mistake]:
    """What is often returned instead of the shares of each row."""
    counts, sums = data.counts.double(), data.sums.clamp(min=1)
    yield Mistake(counts, "With normalize=True these should be shares, but they are counts: is `normalize` looked at?")
    yield Mistake(100 * counts / sums, "Every row sums to 100; a share of everything is 1.")
    yield Mistake(
        counts / counts.sum(0).clamp(min=1),
        "The columns were divided by their sums: every row should sum to 1. Which axis is summed?",
    )
    yield Mistake(
        counts / sums.T,
        "Each entry was divided by the sum of another row: sums of shape (C,) lie along the columns. What does `keepdims` do?",
    )
    yield Mistake(counts / counts.sum(), "Everything was divided by the number of all images: each row should sum to 1 by itself.")
    yield Mistake(torch.floor(counts / sums), "The shares were cut off to whole numbers: is there a `//`, or an array of integers?")
    yield Mistake(torch.round(counts / sums), "The shares were rounded to whole numbers.")
    yield Mistake(counts / counts.max(), "Everything was divided by the largest count: each row should sum to 1.")


def expect_shares_finite(call: str, got: torch.Tensor) -> None:
    """No row of a class without images is NaN."""
    hint = "A class without images has the sum 0, and 0 / 0 is NaN: its row should be zeros. What can such a sum be replaced with?"
    expect_finite(call, got, hint)
