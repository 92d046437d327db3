"""In which line of a student's `train_step` the values leave ours: scores, loss, and what the optimizer makes of the parameters."""

from typing import Any

from autograder.judge.step_by_step import steps_of_update, where_an_update_differs
from autograder.sandbox.confined.probes import build_linear_model, plain_sgd
from autograder.sandbox.student import Student

from .trajectories import Start


def where_a_step_differs(student: Student, reference: Any, start: Start, batch: Any, settings: dict) -> str:
    """The sentence for one step of the kit's linear model; empty where there is nothing to say.

    Args:
        start: weight and bias before it.
        settings: of SGD.
    """
    model = build_linear_model(*start)
    ours = steps_of_update(reference.training.train_step, model, batch.images, batch.targets, plain_sgd(model, *settings.values()))
    theirs = student.probe("build_linear_model", *start)
    optimizer = student.probe("plain_sgd", theirs, *settings.values())
    return where_an_update_differs(student.training.train_step.fetch(), ours, theirs, batch.images, batch.targets, optimizer)
