"""Hidden checks of problem 3.1, the scaler; the statistics of a folder are judged in `test_standard_scaler__statistics.py`.

A variance that divides by n - 1 costs its points once: the checks after the first take it as it is meant.
"""

import numpy as np
import pytest
import torch

from autograder.judge import expect, expect_close
from autograder.judge.asked_once import asked_once
from autograder.judge.expect import fail, in_words
from autograder.sandbox.faults import NotWritten, Raised
from autograder.sandbox.held import in_turn

from .scaler_mistakes import far_reason, inverse_mistakes, split_mistakes, transform_mistakes, whole_mistakes
from .scaler_processes import apart, rows  # noqa: F401
from .scalers import (
    ANOTHER_FIT,
    FAR,
    NAMES,
    ORDINARY,
    STANDARDISED,
    divisor,
    draw_rows,
    expect_another_width,
    expect_attribute,
    expect_measured,
    expect_scale_1,
    expect_tensor_for_tensor,
    listed,
    measured,
    right,
    rows_of,
    split,
)

SPLITS = {
    "three unequal batches": [3, 30],
    "batches of 1 and 4 rows": [1, 5, 29],
    "row by row": list(range(1, 40)),
    "a batch of 0 rows": [5, 5, 29],
}


@pytest.mark.check(weight=1)
def test_scalers_share_nothing(student, rows, apart):
    """A scaler knows nothing of what another one has seen"""
    fitted(student, rows)
    expect(
        apart,
        "After fit(...) of one StandardScaler, another one has measured the same rows.",
        "Are the totals attributes of the class? Each scaler needs its own, made in `__init__`.",
    )


@pytest.fixture
def ddof(student, rows):
    """What a student subtracts from the number of rows in the variance."""
    return asked_once(student, "divisor", lambda: divisor(student, rows))


@pytest.fixture
def after(student):
    """`after([part, ...])`: a scaler that has seen these batches with partial_fit, and what it has measured."""

    def see(parts):
        scaler = student.standard_scaler.StandardScaler()
        in_turn(scaler.partial_fit, [(part,) for part in parts])
        return scaler, measured(student, "After partial_fit(...)", scaler, parts[0].shape[1])

    return see


def fitted(student, rows):
    """A scaler that was fitted to rows, and what it has measured."""
    scaler = student.standard_scaler.StandardScaler()
    scaler.fit(rows)
    return scaler, measured(student, "After fit(...)", scaler, rows.shape[1])


@pytest.mark.check(weight=4)
@pytest.mark.parametrize("name", NAMES)
def test_fit_measures_mean_and_variance(student, rows, name):
    """fit measures number, mean, population variance and scale of each feature"""
    scaler, got = fitted(student, rows)
    expect_attribute(student, "After fit(...)", scaler, name)
    expect_measured("After fit(...)", got, right(rows), whole_mistakes(rows), only=(name,))


@pytest.mark.check(weight=2, shares=(4, 4, 3, 1))
@pytest.mark.parametrize("cuts", SPLITS)
def test_any_split_gives_the_same_numbers(after, ddof, rows, cuts):
    """Any way of cutting the rows into batches gives the same numbers"""
    parts = split(rows, SPLITS[cuts])
    _, got = after(parts)
    expect_measured(f"After partial_fit for {cuts}", got, right(rows, ddof), split_mistakes(parts))


@pytest.mark.check(weight=2)
@pytest.mark.parametrize("cuts", [[], [9, 31]], ids=["one batch", "three batches"])
def test_variance_is_right_for_a_mean_of_1e8(after, ddof, pick, cuts):
    """The variance is right to six digits for a mean of 1e8"""
    rows = draw_rows(pick("rows far from 0"), 60, [1e8, -1e8], [1.0, 1.0])
    _, got = after(split(rows, cuts))
    # How batches are joined is another check's question: moved towards 0, the same batches have the same variance.
    want = after(split(rows - np.array([1e8, -1e8]), cuts))[1].var if cuts else right(rows, ddof).var
    if not torch.allclose(got.var, want, **FAR):
        near = torch.allclose(got.var, want, rtol=0.3, atol=0)
        fail(
            f"After partial_fit for rows with a mean of 1e8, var_ is {listed(got.var)}: "
            f"{'only its first digits are right' if near else 'that is not right at all'}.",
            far_reason(lambda other: after([other])[1], pick("ordinary rows")),
        )


@pytest.mark.check(weight=2)
@pytest.mark.parametrize("kind", ["array of uint8", "tensor of uint8", "array of int16"])
def test_small_integers_do_not_overflow(student, ddof, pick, kind):
    """Rows of small integers, as arrays or tensors, are measured without overflow"""
    low, high = {"uint8": (90, 256), "int16": (-3000, 9000)}[kind.split()[-1]]
    whole = np.random.default_rng(pick(f"rows as {kind}").getrandbits(64)).integers(low, high, size=(30, 2))
    want, small = right(whole.astype(np.float64), ddof), whole.astype(kind.split()[-1])

    def after_fit(rows):
        scaler = student.standard_scaler.StandardScaler()
        if kind.startswith("tensor"):
            student.probe("call_with_cpu_tensors", scaler.fit.fetch(), rows)
        else:
            scaler.fit(rows)
        return measured(student, f"After fit(...) for an {kind}".replace("an tensor", "a tensor"), scaler, 2)

    got = after_fit(small)
    if not all(torch.allclose(getattr(got, name), getattr(want, name), **ORDINARY) for name in ("mean", "var")):
        wide = after_fit(whole.astype(np.float64))
        hint = "Is it right for an array of float64?"
        if torch.allclose(wide.var, want.var, **ORDINARY):
            hint = (
                "For the same numbers in float64 it is right: a sum or a square has wrapped around. What comes before any "
                "arithmetic?"
            )
        fail(f"After fit(...) for {kind}: mean_ is {listed(got.mean)} and var_ {listed(got.var)}, which is not right.", hint)


@pytest.mark.check(weight=1)
def test_features_that_never_change_have_scale_1(after, rows):
    """A feature that never changes has scale 1"""
    expect_scale_1(after, rows[:, 0], (7.0, -0.5), "A feature that never changes has variance 0: what would transform divide by?")


@pytest.mark.check(weight=1)
def test_rounding_is_not_taken_for_change(after, rows):
    """A feature that never changes has scale 1 even if float64 cannot hold its value exactly"""
    expect_scale_1(
        after,
        rows[:, 0],
        (0.1, 1e8 + 0.3),
        "A feature that never changes has variance 0, up to rounding: "
        "when is a variance nothing but rounding, or how is rounding "
        "avoided?",
    )


@pytest.mark.check(weight=1, shares=(3, 1))
@pytest.mark.parametrize("before", ["of as many features", "of fewer features"])
def test_fit_forgets_what_was_seen_before(student, ddof, rows, before):
    """fit and fit_transform forget the rows of an earlier fit"""
    if before == "of fewer features":
        expect_another_width(student, rows)
        return
    for name in ("fit", "fit_transform"):
        scaler = student.standard_scaler.StandardScaler()
        scaler.fit(rows[:9] + 50)
        getattr(scaler, name)(rows[9:])
        call = f"After fit(...) and then {name}(...)"
        both = right(np.concatenate([rows[:9] + 50, rows[9:]]), ddof)
        expect_measured(call, measured(student, call, scaler, 3), right(rows[9:], ddof), iter([(ANOTHER_FIT, both)]))


@pytest.mark.check(weight=2, shares=(4, 4, 1))
@pytest.mark.parametrize("name", ["transform", "fit_transform", "transform of a tensor"])
def test_transform_standardises(student, rows, name):
    """transform and fit_transform subtract the mean and divide by the scale"""
    scaler, own = fitted(student, rows[:25])
    given = rows[25:]
    if name == "transform of a tensor":
        expect_tensor_for_tensor(student, "transform(...)", scaler.transform, given)
        return
    got = getattr(scaler, name)(given)
    if name == "fit_transform":
        own = measured(student, "After fit_transform(...)", scaler, 3)
    want = (torch.from_numpy(given) - own.mean) / own.scale
    expect_close(
        f"{name}(...)",
        rows_of(f"{name}(...)", got, given),
        want,
        **STANDARDISED,
        mistakes=transform_mistakes(given, own),
        hint="It should be (x - mean_) / scale_, feature by feature.",
    )


@pytest.mark.check(weight=1, shares=(4, 1))
@pytest.mark.parametrize("kind", ["an array", "a tensor"])
def test_inverse_transform_goes_back(student, rows, kind):
    """inverse_transform undoes transform"""
    scaler, own = fitted(student, rows)
    given = rows[:10] / 100
    if kind == "a tensor":
        expect_tensor_for_tensor(student, "inverse_transform(...)", scaler.inverse_transform, given)
        return
    want = torch.from_numpy(given) * own.scale + own.mean
    got = rows_of("inverse_transform(...)", scaler.inverse_transform(given), given)
    expect_close(
        "inverse_transform(...)",
        got,
        want,
        rtol=1e-5,
        atol=1e-4,
        mistakes=inverse_mistakes(given, own),
        hint="Which steps undo those of transform, and in which order?",
    )


@pytest.mark.check(weight=1)
def test_unfitted_use_is_an_error(student, rows):
    """transform and inverse_transform are errors before anything was fitted"""
    fitted(student, rows)[0].transform(rows)  # what never works does not refuse anything
    for name in ("transform", "inverse_transform"):
        try:
            got = getattr(student.standard_scaler.StandardScaler(), name)(rows)
        except NotWritten:
            raise
        except Raised:
            continue
        fail(
            f"StandardScaler().{name}(...) returned {in_words(got)}, although nothing was fitted.",
            "Whoever forgot to fit should be told: raise an error.",
        )


@pytest.mark.check(weight=1)
def test_rows_stay_as_they_are(student, rows):
    """The rows are not changed"""
    scaler, _ = fitted(student, rows)
    for name in ("partial_fit", "transform", "inverse_transform", "fit_transform"):
        _, (after,) = student.probe("call_and_show_inputs", getattr(scaler, name).fetch(), rows)
        same = isinstance(after, np.ndarray) and np.array_equal(after, rows)
        expect(
            same,
            f"{name}(...) changed its argument, the caller's own rows.",
            "Is there a `-=` or `/=`? On an array of float64, np.asarray makes no copy.",
        )
