"""Problem 3.4: labels and losses of a batch by the formulas themselves, and what is often returned instead."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from autograder.judge.expect import fail, in_words
from autograder.judge.mistakes import Mistake

# Right versions in float32 stay within 2e-7 of the value in float64; ten times that.
LOSS = {"rtol": 2e-6, "atol": 2e-6}
OPPOSITE = "That is the opposite of what was asked for: it is divided with is_normalize=False, and not with True."


def criterion(kind: str, scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The sum over the batch that the criterion of a model of ours gives."""
    loss = {"cross-entropy": F.cross_entropy, "margin": F.multi_margin_loss}[kind]
    return loss(scores.double(), labels, reduction="sum")


def loss_mistakes(total: torch.Tensor, scores: torch.Tensor, labels: torch.Tensor, is_normalize: bool) -> Iterator[Mistake]:
    """What often becomes of a loss whose sum over the batch is `total`."""
    n, c = scores.shape
    if is_normalize:
        yield Mistake(total, "The loss was not divided by the batch size.")
        yield Mistake(
            total / n**2, "The loss was divided twice: the criterion sums, so that one division by the batch size gives the mean."
        )
        yield Mistake(total / c, "The loss was divided by the number of classes instead of the number of images.")
        yield Mistake(total / (n * c), "The loss was divided by the number of all scores; the batch size is the number of images.")
        yield Mistake(total * n, "The loss was multiplied by the batch size.")
    else:
        yield Mistake(total / n, "With is_normalize=False it should be the sum over the batch, as the criterion gives it.")
    over = n if is_normalize else 1
    yield Mistake(
        criterion("cross-entropy", scores.softmax(1), labels) / over,
        "The scores went through softmax first: the criterion does that itself.",
    )


def label_mistakes(scores: torch.Tensor) -> Iterator[Mistake]:
    """What is often returned instead of the class with the largest score."""
    yield Mistake(scores.argmin(1), "That is the class with the smallest score.")
    yield Mistake(
        scores.argmax(0),
        "The largest was taken over the batch, so that there is one number for each class. Which axis holds the classes?",
    )
    yield Mistake(
        scores.max(1).values, "These are the largest scores themselves, not the classes that have them. What does `argmax` give?"
    )
    yield Mistake(
        scores.softmax(1).max(1).values,
        "These are the largest probabilities, not the classes that have them. What does `argmax` give?",
    )
    yield Mistake(scores.softmax(1), "These are the probabilities of all classes; the one class with the largest is asked for.")
    yield Mistake(scores, "These are the scores themselves; the class with the largest is asked for.")
    yield Mistake(scores.argmax(1) + 1, "The classes are counted from 1; they start at 0.")


def labels_of(call: str, got: Any, n: int) -> torch.Tensor:
    """Class numbers as a tensor; a column or another type of number is accepted here, another check judges it."""
    if isinstance(got, list):
        got = np.array(got) if all(type(item) is int for item in got) else got
    if not isinstance(got, (torch.Tensor, np.ndarray)):
        fail(f"{call} returned {in_words(got)}; it should be a tensor.")
    tensor = torch.as_tensor(got)
    return tensor.reshape(n) if tuple(tensor.shape) in ((n, 1), (1, n)) else tensor
