"""Problem 3.1, the scaler: what it should have measured, computed over all rows at once, and the usual mistakes."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from autograder.judge.expect import expect, expect_finite, expect_shape, fail, in_words
from autograder.judge.mistakes import Mistake, explanation
from autograder.sandbox.faults import NotWritten, Raised
from autograder.sandbox.held import Held
from autograder.sandbox.student import Student

# Right versions in float64 (merging, Welford, shifted sums, exact fractions) stay within 4e-15; float32 has a check.
ORDINARY = {"rtol": 1e-5, "atol": 1e-9}


# For a mean of 1e8 and a standard deviation of 1 they stay within 1.1e-8; ten times that.
FAR = {"rtol": 1.1e-7, "atol": 0.0}
NAMES = ("n_samples_seen_", "mean_", "var_", "scale_")


# Transformed rows are of size 1; float32, which has its own check, leaves 2e-5 of a mean of 400.
STANDARDISED = {"rtol": 1e-5, "atol": 1e-4}
ANOTHER_FIT = "It looks as if the rows of the fit before still count: fit should forget them."


@dataclass(frozen=True)
class Measured:
    """What a scaler has measured: the number of rows, and (D,) float64 tensors."""

    n: Any
    mean: torch.Tensor
    var: torch.Tensor
    scale: torch.Tensor


def draw_rows(chance: random.Random, n: int, means: Sequence[float], spreads: Sequence[float]) -> np.ndarray:
    """(N, D) float64 rows; the second column is not symmetric."""
    drawn = np.random.default_rng(chance.getrandbits(64))
    rows = drawn.normal(means, spreads, size=(n, len(means)))
    rows[:, 1] += drawn.exponential(spreads[1], size=n)
    return rows


def split(rows: np.ndarray, cuts: Sequence[int]) -> list[np.ndarray]:
    """The rows in batches that begin at these places."""
    return [np.ascontiguousarray(part) for part in np.split(rows, cuts)]


def right(rows: np.ndarray, ddof: int = 0) -> Measured:
    """What all rows together give, computed in extended precision."""
    wide = rows.astype(np.longdouble)
    mean = wide.mean(0)
    var = np.square(wide - mean).sum(0) / (len(rows) - ddof)
    found = (torch.from_numpy(value.astype(np.float64)) for value in (mean, var, np.sqrt(var)))
    return Measured(len(rows), *found)


def measured(student: Student, call: str, scaler: Held, d: int) -> Measured:
    """The scaler's attributes; arrays, tensors or lists of one number a feature.

    An attribute that is not there is what one check asks for. The others take the number of rows as None, and the numbers from
    what `transform` does with them.
    """
    found = student.probe("attributes", scaler, *NAMES)
    if missing := [name for name in NAMES[1:] if name not in found]:
        found = _told_by_transform(call, scaler, d, missing[0]) | found
    return Measured(found.get("n_samples_seen_"), *(vector(f"{call}: `{name}`", found[name], d) for name in NAMES[1:]))


def expect_attribute(student: Student, call: str, scaler: Held, name: str) -> None:
    """The scaler has an attribute of this name."""
    expect(
        name in student.probe("attributes", scaler, name),
        f"{call}: the scaler has no attribute `{name}`.",
        f"It should have {', '.join(NAMES)}.",
    )


def _told_by_transform(call: str, scaler: Held, d: int, missing: str) -> dict[str, Any]:
    """Mean, variance and scale of a scaler as its `transform` uses them."""
    try:
        zero, one = (numbers("transform(...)", scaler.transform(np.full((1, d), value))).reshape(-1) for value in (0.0, 1.0))
    except Raised:
        fail(f"{call}: the scaler has no attribute `{missing}`.", f"It should have {', '.join(NAMES)}.")
    scale = 1 / (one - zero)
    return {"mean_": -zero * scale, "scale_": scale, "var_": scale**2}


def vector(call: str, value: Any, d: int) -> torch.Tensor:
    """One number a feature as (D,) float64."""
    tensor = numbers(call, value)
    if tuple(tensor.shape) != (d,):
        fail(
            f"{call} has shape {tuple(tensor.shape)}; it should be ({d},), one number a feature.",
            "All features together have only one mean: along which axis are the rows?" if tensor.numel() == 1 else "",
        )
    return tensor


def numbers(call: str, value: Any) -> torch.Tensor:
    """An array, a tensor or lists of numbers, as float64 on the CPU."""
    if isinstance(value, (list, tuple)):
        try:
            value = np.array(value, dtype=np.float64)
        except (TypeError, ValueError):
            pass
    if not isinstance(value, (np.ndarray, torch.Tensor)):
        fail(f"{call} is {in_words(value)}; it should be an array.")
    tensor = torch.as_tensor(value)
    return tensor.cpu().double() if not tensor.is_complex() else tensor.cpu()


def expect_measured(
    call: str, got: Measured, want: Measured, mistakes: Iterator[tuple[str, Measured]], only: Sequence[str] = NAMES[:3]
) -> None:
    """These of the number of rows, mean, variance and scale are right; the mistakes are looked for in each of them."""
    usual = list(mistakes)
    n = got.n.item() if isinstance(got.n, torch.Tensor) and got.n.numel() == 1 else got.n
    said = next(
        (words for words, wrong in usual if wrong.n != want.n and wrong.n == n), "How many rows were there, over all batches?"
    )
    expect(
        NAMES[0] not in only or n is None or n == want.n and not isinstance(n, bool),
        f"{call}: n_samples_seen_ is {in_words(got.n)}, which is not right.",
        said,
    )
    for name in ("mean", "var", "scale"):
        # The root of a wrong variance is another check's question.
        rooted = name == "scale" and bool((got.var > 0).all()) and torch.allclose(got.scale, got.var.sqrt(), **ORDINARY)
        if f"{name}_" in only and not rooted:
            expect_values(
                f"{call}, {name}_",
                getattr(got, name),
                getattr(want, name),
                [Mistake(getattr(wrong, name), words) for words, wrong in usual],
                HINTS[name],
            )


def expect_values(what: str, got: torch.Tensor, want: torch.Tensor, mistakes: Iterable[Mistake], hint: str) -> None:
    """An attribute's values are right."""
    if not torch.allclose(got, want, **ORDINARY):
        fail(f"{what} is {listed(got)}, which is not right.", explanation(mistakes, got, **ORDINARY) or hint)


def listed(values: torch.Tensor) -> str:
    """A student's few numbers for a message."""
    return f"[{', '.join(f'{value:.6g}' for value in values.tolist())}]"


HINTS = {
    "mean": "It should be the mean of each column over all rows.",
    "var": "It should be the mean of the squared distances from the mean, column by column.",
    "scale": "It should be the square root of var_.",
}


def divisor(student: Student, rows: np.ndarray) -> int:
    """0, or 1 where a student's variance divides by n - 1: one check judges that, the others take it as meant."""
    scaler = student.standard_scaler.StandardScaler()
    scaler.fit(rows)
    var = measured(student, "After fit(...)", scaler, rows.shape[1]).var
    return int(torch.allclose(var, right(rows, 1).var, **ORDINARY))


def rows_of(call: str, got: Any, like: np.ndarray) -> torch.Tensor:
    """Transformed rows as (N, D) float64; array or tensor."""
    if not isinstance(got, (np.ndarray, torch.Tensor)):
        fail(f"{call} returned {in_words(got)}; it should be an array.")
    tensor = torch.as_tensor(got).cpu()
    expect_shape(call, tensor, like.shape)
    expect_finite(call, tensor, "Is something divided by 0?")
    return tensor.double()


def expect_scale_1(after, changing, numbers, hint):
    """Features that always have these two values get scale 1, beside one that changes."""
    rows = np.column_stack([np.full((30, 2), numbers), changing[:30]])
    scaler, got = after(split(rows, [7, 8]))
    call = f"After partial_fit for features that are always {numbers[0]:g} and {numbers[1]:.10g}"
    added = got.scale**2 - got.var
    if bool((added > 1e-12).all()) and float(added.max() - added.min()) < 1e-3 * float(added.min()):
        hint = (
            "It looks as if a small number was added to the variance: that changes every feature. Which ones "
            "should be divided by something else?"
        )
    expect(bool((got.scale[:2] == 1).all()), f"{call}, their scale_ is {listed(got.scale[:2])}; it should be 1.", hint)
    rows_of("transform(...) for a feature that never changes", scaler.transform(rows), rows)


def expect_another_width(student, rows):
    """A scaler can be fitted to rows of another width than before; what it then measures is another case's question."""
    scaler = student.standard_scaler.StandardScaler()
    scaler.fit(rows[:9, :2])
    try:
        scaler.fit(rows[9:])
        measured(student, "After fit(...) for two features and then for three", scaler, 3)
    except NotWritten:
        raise
    except Raised as fault:
        fail(
            f"fit(...) for rows of three features stopped after a fit to rows of two.\n{fault.message}",
            "Rows of another fit, and how many features they had, should be forgotten: which attributes does fit begin with?",
        )


def expect_tensor_for_tensor(student, call, function, rows):
    """A tensor comes back for a tensor; which numbers it holds is another case's question."""
    got, _ = student.probe("call_with_cpu_tensors", function.fetch(), rows), rows_of(call, function(rows), rows)
    expect(
        isinstance(got, torch.Tensor),
        f"{call} returned {in_words(got)} for a tensor; it should be a tensor.",
        "An array is for whoever came with an array.",
    )
