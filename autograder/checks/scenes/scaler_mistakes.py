"""What often goes wrong in a scaler: what it would measure and give back then."""

import random
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch

from autograder.judge.mistakes import Mistake

from .scalers import Measured, draw_rows, right


def whole_mistakes(rows: np.ndarray) -> Iterator[tuple[str, Measured]]:
    """What is often measured of one batch."""
    truth, n, every = right(rows), len(rows), torch.from_numpy(rows)
    mean, var, ones = truth.mean, truth.var, torch.ones(rows.shape[1], dtype=torch.float64)

    def wrong(mean: torch.Tensor, var: torch.Tensor) -> Measured:
        return Measured(n, mean * ones, var * ones, (var * ones).sqrt())

    yield "The squared distances were divided by n - 1; the population variance divides by the number of rows.", right(rows, 1)
    around = (every - every.mean()).square()
    for spread in (around.mean(), around.mean(0), around.mean() / len(ones)):
        yield "Mean and variance are those of all features together; each column has its own.", wrong(every.mean(), spread)
    yield "var_ is the standard deviation: the square root belongs to scale_.", wrong(mean, var.sqrt())
    yield "scale_ is the variance: what is the standard deviation?", Measured(n, mean, var, var)
    yield "scale_ is one divided by the standard deviation.", Measured(n, mean, var, 1 / truth.scale)
    yield (
        "scale_ is 1 where the variance is less than 1: it should be so only where a feature never changed.",
        Measured(n, mean, var, torch.where(var < 1, ones, truth.scale)),
    )
    yield "That is the mean of the squares: the mean was not subtracted first.", wrong(mean, every.square().mean(0))
    yield "The sum was not divided by the number of rows.", wrong(mean * n, var * n)


def split_mistakes(parts: Sequence[np.ndarray]) -> Iterator[tuple[str, Measured]]:
    """What is often made of several batches; empty ones are left out."""
    parts = [part for part in parts if len(part)]
    rows, each = np.concatenate(parts), [right(part) for part in parts]
    truth, n = right(rows), len(rows)
    means, variances, scales = (torch.stack([getattr(one, name) for one in each]) for name in ("mean", "var", "scale"))
    shares = torch.tensor([len(part) / n for part in parts], dtype=torch.float64)
    yield "It looks as if only the last batch counts: partial_fit should go on from the batches before.", each[-1]
    yield "It looks as if only the first batch counts.", each[0]
    yield (
        "That is the mean of the batches' means: a batch with more rows should weigh more.",
        Measured(n, means.mean(0), variances.mean(0), variances.mean(0).sqrt()),
    )
    yield (
        "That is the mean of the batches' standard deviations, which forgets how far the means lie apart.",
        Measured(n, truth.mean, scales.mean(0) ** 2, scales.mean(0)),
    )
    yield (
        "That is the mean of the batches' standard deviations, which forgets how far the means lie apart.",
        Measured(n, truth.mean, (shares @ scales) ** 2, shares @ scales),
    )
    yield (
        "That is the mean of the batches' variances: how far the batches' means lie apart is forgotten.",
        Measured(n, means.mean(0), shares @ variances, (shares @ variances).sqrt()),
    )
    exchanged = means[0]
    for place in range(1, len(parts)):
        before = sum(len(part) for part in parts[:place])
        exchanged = exchanged + (means[place] - exchanged) * before / (before + len(parts[place]))
    words = "It looks as if the weights of old and new rows are exchanged: which of the two means moves by n_b / n?"
    yield words, Measured(n, exchanged, truth.var, truth.scale)


def transform_mistakes(rows: np.ndarray, own: Measured) -> Iterator[Mistake]:
    """What is often returned instead of (x - mean) / scale."""
    x = torch.from_numpy(rows)
    yield Mistake((x - own.mean) / own.var, "It was divided by the variance; scale_ is the standard deviation.")
    yield Mistake(x / own.scale, "The mean was not subtracted.")
    yield Mistake(x - own.mean, "It was not divided by scale_.")
    for ddof in (0, 1):
        these = right(rows, ddof)
        yield Mistake(
            (x - these.mean) / these.scale,
            "That is mean and scale of the rows themselves: transform uses those that fit has measured.",
        )
    yield Mistake(x / own.scale - own.mean, "It was divided before the mean was subtracted.")
    yield Mistake((x + own.mean) / own.scale, "The mean was added instead of subtracted.")
    yield Mistake((x - own.mean) * own.scale, "It was multiplied by scale_ instead of divided.")
    yield Mistake(x, "The rows came back as they were.")


def inverse_mistakes(z: np.ndarray, own: Measured) -> Iterator[Mistake]:
    """What is often returned instead of z * scale + mean."""
    x = torch.from_numpy(z)
    yield Mistake(
        (x + own.mean) * own.scale,
        "The mean was added before the multiplication: undo the steps of transform in the opposite order.",
    )
    yield Mistake(x * own.scale, "The mean was not added.")
    yield Mistake(x + own.mean, "It was not multiplied by scale_.")
    yield Mistake(x * own.scale - own.mean, "The mean was subtracted instead of added.")
    yield Mistake(x * own.var + own.mean, "It was multiplied by the variance; scale_ is the standard deviation.")
    yield Mistake((x - own.mean) / own.scale, "That is transform once more, not its inverse.")
    yield Mistake(x / own.scale + own.mean, "It was divided by scale_ instead of multiplied.")


def far_reason(measure: Callable[[np.ndarray], Measured], chance: random.Random) -> str:
    """Why a variance is wrong for a mean of 1e8, seen from ordinary rows: is it right to seven digits there, or to all?

    Args:
        measure: what the student's scaler measures of rows.
    """
    rows = draw_rows(chance, 40, [100.0, -60.0], [3.0, 2.0])
    got = measure(rows).var
    error = min(float(((got - right(rows, ddof).var) / got).abs().max()) for ddof in (0, 1))
    if not error < 1e-3:
        return "It is wrong for ordinary rows, too."
    if error > 1e-9:
        return (
            "For ordinary rows it is right to about seven digits: is it computed in float32? At 1e8 float32 knows "
            "only every eighth number; float64 is asked for."
        )
    return (
        "For ordinary rows it is right to the last digit. Is it the mean of the squares minus the square of the "
        "mean? These are two numbers of about 1e16, and float64 keeps 16 digits."
    )
