"""In which line of a student's `update_ema` or `train_with_ema` the values of the networks leave ours."""

from typing import Any

import torch

from autograder.judge.step_by_step import steps_of_update, where_an_update_differs
from autograder.sandbox.student import Student

from .averaged_passes import LR, PASS, Start, own_loss, right_loss
from .moving_averages import Update, function_of
from .pass_ways import own_update
from .services.networks import learner, network


def where_the_update_differs(student: Student, reference: Any, update: Update) -> str:
    """The sentence for one update; empty where there is nothing to say, and where the decay makes old values right ones."""
    if update.decay in (0, 1):
        return ""
    ours = [network(update.kind, values) for values in (update.average, update.model)]
    steps = steps_of_update(reference.ema.update_ema, *ours, update.decay)
    theirs = [student.probe("network", update.kind, values) for values in (update.average, update.model)]
    student.probe("set_requires_grad", theirs[0], dict.fromkeys(dict(ours[0].named_parameters()), False))
    return where_an_update_differs(function_of(student, "update_ema"), steps, *theirs, update.decay)


def where_the_pass_differs(student: Student, reference: Any, start: Start) -> str:
    """The same for a pass; nothing where the student's own loss or update is not right, of which other checks speak."""
    if own_update(student, start) is not None or not _loss_is_right(student, start):
        return ""
    ours = learner(start.student), network("centred", start.teacher)
    optimizer = torch.optim.SGD(ours[0].parameters(), lr=LR)
    settings = start.T, start.alpha, start.decay
    steps = steps_of_update(reference.ema.train_with_ema, *ours, start.batches, optimizer, *settings)
    theirs = student.probe("learner", start.student), student.probe("network", "centred", start.teacher)
    optimizer = student.probe("plain_sgd", theirs[0], LR, 0.0, 0.0)
    train = function_of(student, "train_with_ema")
    return where_an_update_differs(train, steps, *theirs, start.batches, optimizer, *settings)


def _loss_is_right(student: Student, start: Start) -> bool:
    inputs, labels = start.batches[0]
    scores = network("centred", start.student)(inputs).detach()
    asked = scores, labels, scores.roll(1, 0), start.T, start.alpha
    return all(torch.allclose(own, right, **PASS) for own, right in zip(own_loss(student)(*asked), right_loss(*asked)))
