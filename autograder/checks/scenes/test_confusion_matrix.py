"""Hidden checks of problem 3.10, the confusion matrix."""

import dataclasses

import pytest
import torch

from autograder.judge import expect, expect_close
from autograder.judge.dependence import expect_depends
from autograder.judge.expect import in_words

from .confusions import SHARES, count_mistakes, draw_complete, draw_incomplete, expect_shares_finite, matrix_of, share_mistakes

EXACT = {"rtol": 0.0, "atol": 0.0}
CALL, NORMALIZED = "confusion_matrix(...)", "confusion_matrix(..., normalize=True)"


@pytest.fixture(scope="module")
def complete(pick):
    """Labels in which every class occurs and is predicted."""
    return draw_complete(pick("labels with every class"))


@pytest.fixture(scope="module")
def incomplete(pick):
    """Labels in which some classes never occur or are never predicted."""
    return draw_incomplete(pick("labels without some classes"))


@pytest.fixture
def matrix(student):
    """`matrix(call, data)`: what the student's function makes of these labels, as a (C, C) tensor."""

    def ask(call, data, **options):
        got = student.confusion_matrix.confusion_matrix(data.targets, data.predictions, data.n_classes, **options)
        return matrix_of(call, got, data)

    return ask


def expect_counting(matrix, data):
    """What comes back for arrays of int64, which must depend on the predictions: a constant is no matrix of counts."""
    got = matrix(CALL, data)
    other = dataclasses.replace(data, predictions=(data.predictions + 1) % data.n_classes)
    expect_depends(CALL, got, matrix(CALL, other), "returned the same matrix for other predictions", "Do the predictions matter?")
    return got


def as_meant(matrix, data):
    """The labels, exchanged if the student takes rows for columns: that is judged by the check of the counts alone."""
    got = matrix(CALL, data).double()
    return next((meant for meant in (data, data.swapped, data.from_one) if torch.equal(got, meant.counts.double())), data)


@pytest.mark.check(weight=3)
def test_counts_how_often_a_class_was_taken_for_another(matrix, complete):
    """Row i, column j counts how often class i was predicted as class j"""
    expect_close(
        CALL,
        matrix(CALL, complete),
        complete.counts,
        **EXACT,
        mistakes=count_mistakes(complete),
        hint="How much do all entries sum to, and which images does each one count?",
    )


@pytest.mark.check(weight=2)
def test_normalized_rows_sum_to_one(matrix, complete):
    """With normalize=True every entry is its share of the row"""
    got = matrix(NORMALIZED, complete, normalize=True)
    meant, own = as_meant(matrix, complete), expect_counting(matrix, complete).double()
    # Shares of one's own counts, if these are counts: whether they are the right ones is another check's question.
    if torch.allclose(got.double(), own / own.sum(1, keepdim=True).clamp(min=1e-9), **SHARES):
        return
    expect_close(
        NORMALIZED,
        got,
        meant.counts / meant.sums,
        **SHARES,
        mistakes=share_mistakes(meant),
        hint="Every row should sum to 1: what is each entry divided by?",
    )


@pytest.mark.check(weight=2)
@pytest.mark.parametrize("normalize", [False, True], ids=["counts", "shares"])
def test_classes_that_never_occur_have_rows_of_zeros(matrix, complete, incomplete, normalize):
    """A class that never occurs has its row and column, filled with zeros"""
    call = f"confusion_matrix(..., normalize={normalize}), where some classes never occur,"
    got = matrix(call, incomplete, normalize=normalize)
    expect_shares_finite(call, got)
    own = matrix(CALL, complete).double()
    meant = next(
        (
            of
            for of in (lambda data: data, lambda data: data.swapped, lambda data: data.from_one)
            if torch.equal(own, of(complete).counts.double())
        ),
        None,
    )
    occurs = (meant(incomplete) if meant else incomplete).sums.flatten() > 0
    filled = (got != 0).any(1)
    expect(
        not bool((filled & ~occurs).any()),
        f"{call} counted something in the row of a class that never occurs.",
        why_filled(got[filled & ~occurs].double()),
    )
    expect(
        meant is None or not bool((~filled & occurs).any()),
        f"{call} returned a row of zeros for a class that occurs.",
        "Where are its images counted?",
    )
    usual = matrix(NORMALIZED, complete, normalize=True) if normalize else None
    if usual is not None and torch.allclose(usual.double().sum(1), torch.ones(len(usual), dtype=torch.float64), **SHARES):
        sums = got.double().sum(1)[filled]
        worst = float(sums[(sums - 1).abs().argmax()])
        expect(
            torch.allclose(sums, torch.ones_like(sums), **SHARES),
            f"{call} returned a row that sums to {worst:.3g} instead of 1.",
            "One of the classes has a single image. What stands in for a sum of 0, and for no other?",
        )


def why_filled(rows):
    """What may stand in rows that should be zeros: the same share for each class, the class itself, or another class's counts."""
    if torch.allclose(rows, torch.full_like(rows, 1 / rows.shape[1]), **SHARES):
        return "A class without images got equal shares: nobody saw one of its images, so its row stays zeros."
    if bool((rows.sum(1) == 1).all()) and bool((rows.max(1).values == 1).all()):
        return "A class without images got a 1, as if one of them had been seen: its row stays zeros."
    return "Do classes that never occur move the others to other places?"


@pytest.mark.check(weight=1)
def test_counts_are_integers(student, matrix, complete):
    """The counts come as an array of integers"""
    expect_counting(matrix, complete)
    got = student.confusion_matrix.confusion_matrix(complete.targets, complete.predictions, complete.n_classes)
    expect(hasattr(got, "dtype"), f"{CALL} returned {in_words(got)}; it should be an array.")
    kind = str(got.dtype).removeprefix("torch.")
    expect(
        "int" in kind,
        f"{CALL} returned numbers of dtype {kind}; counts should be integers.",
        "What dtype does `np.zeros` make when nobody says one?",
    )


@pytest.mark.check(weight=2)
@pytest.mark.parametrize("kind", ["lists", "tensors", "arrays of uint8"])
def test_takes_lists_arrays_and_tensors(student, matrix, complete, kind):
    """Labels may be lists, tensors, or arrays of small integers"""
    change = {
        "lists": lambda labels: labels.tolist(),
        "tensors": torch.from_numpy,
        "arrays of uint8": lambda labels: labels.astype("uint8"),
    }
    labels = [change[kind](values) for values in (complete.targets, complete.predictions)]
    call = f"confusion_matrix(...) for labels as {kind}"
    got = matrix_of(call, student.confusion_matrix.confusion_matrix(*labels, complete.n_classes), complete)
    usual = expect_counting(matrix, complete)  # whether these are right is another check's question
    expect_close(
        call, got, usual, **EXACT, hint="For arrays of int64 you return something else: which operation treats these differently?"
    )
