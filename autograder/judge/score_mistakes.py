"""The usual mistakes before the first and after the last layer of a classifier, whatever stands between."""

import itertools
from collections.abc import Callable, Iterator
from functools import partial

import torch
import torch.nn.functional as F

from .expect import fail
from .mistakes import Mistake

PROBABILITIES = "Scores sum to 1 in every row: softmax was already applied. Cross-entropy does it itself; return the raw scores."
LOG_PROBABILITIES = (
    "The exponentials of every row sum to 1: log-softmax was already applied. Cross-entropy does it itself; return the raw scores."
)


MIXED = (
    "The pixels of different images are mixed: `reshape` and `view` keep the order in memory, so they cannot "
    "exchange the batch dimension with another."
)


def score_mistakes(scores: torch.Tensor) -> Iterator[Mistake]:
    """What is often done to right scores before they are returned."""
    yield Mistake(scores.softmax(1), PROBABILITIES)
    yield Mistake(scores.log_softmax(1), LOG_PROBABILITIES)
    yield Mistake(
        scores.softmax(0), "It looks as if softmax was applied, and over the batch instead of the classes; return the raw scores."
    )
    yield Mistake(
        scores.relu(), "All negative scores came back as 0: is there a ReLU after the last layer? Scores may be negative."
    )
    yield Mistake(scores.sigmoid(), "A sigmoid was applied to the scores; cross-entropy wants them raw.")
    yield Mistake(scores.tanh(), "A tanh was applied to the scores; cross-entropy wants them raw.")
    yield Mistake(-scores, "The scores have the wrong sign.")
    yield Mistake(
        F.batch_norm(scores, None, None, training=True),
        "The scores were normalised over the batch (batch norm): an image's scores must not depend on the other images.",
    )
    yield Mistake(F.layer_norm(scores, scores.shape[1:]), "The scores of each image were normalised; return them raw.")


def image_mistakes(scores_of: Callable[[torch.Tensor], torch.Tensor], images: torch.Tensor) -> Iterator[Mistake]:
    """What is often done to the images before they reach the first layer.

    Args:
        scores_of: the right scores of images of this shape.
        images: (N, C, H, W).
    """
    mixed = images.reshape(images[0].numel(), len(images)).T.reshape(images.shape)
    yield Mistake(scores_of(mixed), MIXED)
    for axes in itertools.permutations(range(images.ndim)):
        if axes[0] != 0:
            yield Mistake(partial(_of_mixed, scores_of, images, axes), MIXED)
    yield Mistake(
        scores_of(images / 255),
        "The images are divided by 255 inside the model; preparing them is the business of whoever calls it.",
    )
    centred = images - images.mean((1, 2, 3), keepdim=True)
    yield Mistake(
        scores_of(centred),
        "The mean of each image is subtracted inside the model; preparing images is the business of whoever calls it.",
    )
    yield Mistake(
        scores_of(images - images.mean(0)),
        "The mean of the batch is subtracted: an image's scores must not depend on the other images.",
    )
    yield Mistake(scores_of(images.relu()), "A ReLU is applied to the images: their negative pixels are lost.")


def _of_mixed(scores_of: Callable[[torch.Tensor], torch.Tensor], images: torch.Tensor, axes: tuple[int, ...]) -> torch.Tensor:
    """The scores of images whose axes were exchanged and read as if they had not been."""
    return scores_of(images.permute(axes).reshape(images.shape))


def are_probabilities(scores: torch.Tensor) -> bool:
    """Whether every row consists of numbers from 0 that sum to 1."""
    one = torch.ones(len(scores), dtype=torch.float64)
    return bool((scores >= 0).all()) and torch.allclose(scores.double().sum(1), one, atol=1e-4)


def expect_raw_scores(call: str, scores: torch.Tensor) -> None:
    """The scores are not probabilities nor their logarithms; works for any model."""
    if are_probabilities(scores):
        fail(f"{call} returned rows that sum to 1.", PROBABILITIES)
    if bool((scores <= 0).all()) and are_probabilities(scores.double().exp()):
        fail(f"{call} returned rows whose exponentials sum to 1.", LOG_PROBABILITIES)
