"""The two terms as a student's own functions give them: what one mistake costs must not be lost again in the next check.

Where the divergence itself is another one, temperature, weights and gradients are judged against the student's own values at
other arguments. Such a check counts only for a result that depends on the scores: see `expect_alive`.
"""

import math
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

import torch

from autograder.judge.expect import fail
from autograder.sandbox.student import Student

from .distillation_terms import LOSS, NAN, Terms, mean_number
from .term_mistakes import divergence_mistakes, weighted_soft

LEAST_CHANGE = 1e-6
_alive: "WeakKeyDictionary[Student, dict[str, str]]" = WeakKeyDictionary()


def arguments_of(terms: Terms, name: str) -> tuple:
    """The arguments of one of the two functions."""
    return terms.for_loss if name == "distillation_loss" else terms.for_ex


def value_of(student: Student, name: str, terms: Terms) -> torch.Tensor:
    """The value of one of the two functions; a mean over the batch that it lacks is made up for."""
    return mean_number(f"{name}(...)", getattr(student.distillation, name)(*arguments_of(terms, name)), len(terms.y))


def soft_of(student: Student, terms: Terms) -> torch.Tensor:
    """The student's soft term."""
    return value_of(student, "distillation_loss_ex", terms)


def close(got: torch.Tensor, want: Any) -> bool:
    """Whether two values of a loss agree."""
    return torch.allclose(got, torch.as_tensor(want, dtype=torch.float64), **LOSS)


def expect_alive(student: Student, name: str, terms: Terms) -> None:
    """The result is a number and depends on the scores; a constant keeps many promises, and none of them is worth anything.

    Asked once for each function of a submission.
    """
    known = _alive.setdefault(student, {})
    if name not in known:
        known[name] = _why_dead(student, name, terms)
    if known[name]:
        fail(known[name], "" if known[name].endswith("?") else "Where do the scores enter?")


def _why_dead(student: Student, name: str, terms: Terms) -> str:
    call = f"{name}(...)"
    first = value_of(student, name, terms)
    if not math.isfinite(first):
        return f"{call} returned {first.item()} for ordinary scores.\n{NAN}"
    other = value_of(student, name, replace(terms, y=terms.y.roll(1, 0)))
    return "" if abs(other - first) > LEAST_CHANGE else f"{call} gave the same number for other scores y."


def kind_of(student: Student, terms: Terms) -> int | None:
    """Which of the known divergences the student's soft term is at T = 1: its place in `divergence_mistakes`."""
    got = soft_of(student, terms)
    found = (place for place, mistake in enumerate(divergence_mistakes(terms)) if mistake.explains(got, **LOSS))
    return next(found, None)


def is_right_or_of_its_kind(student: Student, terms: Terms, at_one: Terms) -> bool:
    """Whether the soft term is right, right up to its weight, or what its own kind of divergence gives.

    Args:
        at_one: another batch, at T = 1, on which its kind shows.
    """
    got = soft_of(student, terms)
    if any(close(got, want) for want in weighted_soft(terms)):
        return True
    kind = kind_of(student, at_one)
    return kind is not None and bool(got.isfinite()) and close(got, divergence_mistakes(terms)[kind].value)
