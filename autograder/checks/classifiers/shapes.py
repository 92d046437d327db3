"""Does every image get one row of scores, for any size? Whether they are the right ones is another check's question."""

from typing import Any

from autograder.judge.classifier import answer, shape_hint
from autograder.judge.expect import expect, expect_dtype, expect_finite, expect_shape
from autograder.judge.registered import NOT_REGISTERED, parameters_of
from autograder.sandbox.held import words_of
from autograder.sandbox.student import Student

from .own_terms import expect_scores_depend


def expect_rows_of_scores(student: Student, model: Any, batch: Any) -> None:
    """One row of finite scores per image, which depend on the images and on the parameters.

    Args:
        model: the student's, built for the batch.
        batch: images and how many classes there are.
    """
    images, shape = batch.images, (len(batch.images), batch.n_classes)
    expect(bool(parameters_of(student, model)), f"{words_of(model)} has no parameters.", NOT_REGISTERED)
    call = words_of(model) + f"(<{'x'.join(str(size) for size in images.shape)}>)"
    scores = answer(call, model, images)
    expect_shape(call, scores, shape, shape_hint(scores, *shape))
    expect_dtype(call, scores, images.dtype)
    expect_finite(call, scores)
    found = [expect_shape(call, each, shape) for each in student.probe("scores_when_filled", model, images, images + 1)]
    expect_scores_depend(call, *found)
