"""Problem 3.6: what runs in train mode, in which dropout is active, have to do with the run in eval mode."""

from typing import Any

import torch

from autograder.judge.expect import expect, expect_finite, expect_tensor, fail
from autograder.sandbox.held import Held, words_of
from autograder.sandbox.student import Student

RUNS = 40
# Measured over 8 seeds each, one image and 40 runs. Scaled dropout (on the image, on maps, in front of or behind the hidden
# layer, alone and together, probabilities 0.2 to 0.8): slope 0.92 and more. Not scaled, probability 0.5, on the hidden layer:
# slope 0.45 to 0.51 at a distance of 4.1 to 6.0. AlphaDropout, which is right, has slopes down to 0.14, at distances below 1.5.
LEAST_SLOPE, LEAST_DISTANCE = 0.85, 3.0


def runs_of(student: Student, model: Held, images: torch.Tensor, train: bool, runs: int) -> dict[str, Any]:
    """Scores as (runs, N, C) float64, and the bias of the last layer or None."""
    mode = "train" if train else "eval"
    found = student.probe("scores_of_runs", model, images, train, runs)
    scores = expect_tensor(f"{words_of(model)} in {mode} mode", found["scores"]).double()
    expect(
        scores.ndim == 3,
        f"{words_of(model)} in {mode} mode returned shape {tuple(scores.shape[1:])}; it should be one row for each image.",
    )
    expect_finite(f"{words_of(model)} in {mode} mode", scores)
    return {"scores": scores, "bias": found["bias"].double() if isinstance(found["bias"], torch.Tensor) else None}


def expect_active(call: str, train: torch.Tensor, kept: torch.Tensor) -> None:
    """Some run differs from another.

    Args:
        train, kept: the scores of runs in train mode and in eval mode.
    """
    if not bool((train != train[:1]).any()) and not torch.allclose(train[0], kept[0], rtol=1e-4, atol=1e-6):
        fail(
            f"{call} in train mode gave the same scores in {len(train)} runs, other ones than in eval mode: everything is dropped.",
            "The probability of nn.Dropout is the one to drop a value: what does 1 leave?",
        )
    expect(
        bool((train != train[:1]).any()),
        f"{call} in train mode gave the same scores in {len(train)} runs: no dropout is active in train mode.",
        "Is there a dropout layer, is it called in `forward`, and can `train()` reach it?",
    )


def expect_off(call: str, kept: torch.Tensor) -> None:
    """All runs are the same."""
    expect(
        bool((kept - kept[:1]).abs().max() < 1e-6),
        f"{call} in eval mode gave other scores in each run: dropout is active in eval mode.",
        "nn.Dropout knows the mode; F.dropout has to be told: `training=self.training`.",
    )


def expect_something_left(call: str, train: torch.Tensor, kept: torch.Tensor) -> None:
    """Dropout deletes hidden values, not scores, and not nearly all of them."""
    zeros = float((train == 0).double().mean())
    expect(
        zeros < 0.01,
        f"{call} in train mode: {zeros:.0%} of the scores are exactly 0. Dropout deletes scores.",
        "Dropout belongs between hidden layers, not behind the last one.",
    )
    repeated = float((train[1:] == train[:-1]).all(2).double().mean())
    if repeated > 0.5:
        little = bool((train == kept[:1]).all(2).double().mean() > 0.5)
        fail(
            f"{call} in train mode gave the same scores as the run before in {repeated:.0%} of the runs: "
            f"{'hardly anything is dropped' if little else 'hardly anything is left'}.",
            "The probability of nn.Dropout is the one to drop a value, not to keep it.",
        )


def expect_scaled(call: str, train: torch.Tensor, kept: torch.Tensor, bias: torch.Tensor | None) -> None:
    """On average train mode gives scores of the size that eval mode gives."""
    if bias is None or bias.shape != kept.shape[-1:]:  # no nn.Linear: nobody knows what zeros would give
        return
    if bool((kept != kept[:1]).any()):  # active in eval mode, too, which another check judges
        return
    mean, right = train.mean(0), kept[0]
    error = (train.std(0) / len(train) ** 0.5).clamp(min=1e-9)
    distance = float(((mean - right).abs() / error).mean())
    slope = float(((mean - bias) * (right - bias)).sum() / (right - bias).square().sum())
    if distance > LEAST_DISTANCE and slope < LEAST_SLOPE:
        fail(
            f"{call}: on average over {len(train)} runs, scores in train mode are only {slope:.0%} of those in eval mode.",
            "What is dropped is missing in the sum of the next layer: by what should the rest be multiplied, so that "
            "it does not matter on average?",
        )
