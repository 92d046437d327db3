"""Which way of passing over the batches explains what a student's `train_with_ema` left behind.

A pass is done in some way: the modes, the order of the update, the loss. Each of them belongs to one check. A check accepts
every way that differs in what belongs to others only, so that one mistake costs its points once.
"""

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from itertools import product

import torch

from autograder.judge.expect import CheckFailed
from autograder.judge.mistakes import Mistake, explanation
from autograder.sandbox.faults import StudentFault
from autograder.sandbox.student import Student

from .averaged_passes import PASS, RIGHT, Boxes, Pass, Start, Way, own_loss, right_loss, right_update
from .moving_averages import AVERAGE, Update

MODES = [Way(), Way(teacher_trains=True), Way(student_trains=False), Way(student_trains=False, teacher_trains=True)]
BEGINNINGS = [Way(), Way(restarted=True), Way(updates="first")]  # what the teacher is when it gives its scores
EXCHANGED = [Way(), Way(exchanged=True)]
CLEARINGS = [Way(), Way(clears="after the step")]
SETTINGS = [
    (
        "It looks as if T and alpha are exchanged: in which order does the loss take them?",
        Way(settings=lambda T, alpha: (alpha, T)),
    ),
    ("It looks as if the hard term is missing: do the labels reach the loss?", Way(soft_only=True)),
    (
        "It looks as if the soft term is missing: do the teacher's scores reach the loss?",
        Way(settings=lambda T, alpha: (T, 0.0), scale=lambda alpha: 1.0),
    ),
    (
        "It looks as if the soft term is missing, and the hard one weighted all the same: do the teacher's scores reach the loss?",
        Way(settings=lambda T, alpha: (T, 0.0), scale=lambda alpha: 1 - alpha),
    ),
    ("It looks as if T is not passed on: which temperature does the loss get?", Way(settings=lambda T, alpha: (1.0, alpha))),
    (
        "It looks as if alpha and 1 - alpha are exchanged: which alpha does the loss get?",
        Way(settings=lambda T, alpha: (T, 1 - alpha)),
    ),
]
LOSSES = [Way(), *(way for _, way in SETTINGS)]
REPORTED_AFTER = (
    "It looks as if it is the loss after the step; it should be the one before. Which value is kept?",
    Way(reports="after"),
)
NO_STEP = "The student did not change: is `optimizer.step()` called, and `zero_grad()` not right before it?"
STALE = [
    (
        "It looks as if gradients of earlier batches are still in the first step; the student may come with some. When is `zero_grad` "
        "called?",
        Way(clears="after the step"),
    ),
]
NOT_CLEARED = "It looks as if gradients of earlier batches are still in it: when is `zero_grad` called?"


def combined(*choices: Iterable[Way]) -> Iterator[Way]:
    """Every combination of one way of each kind, the right one first."""
    default = Way()
    for ways in product(*choices):
        changed = {
            item.name: getattr(way, item.name)
            for way in ways
            for item in fields(Way)
            if getattr(way, item.name) != getattr(default, item.name)
        }
        yield replace(default, **changed)


def boxes_of(student: Student, start: Start) -> list[Boxes]:
    """The functions that a pass may call: the right ones, and the student's own where its values depend on the scores.

    What is wrong with an own loss or update is said by the checks of these.
    """
    found = [RIGHT]
    batch, labels = start.batches[0]
    try:
        loss = own_loss(student)
        width = len(next(value for name, value in reversed(start.student.items()) if value.ndim == 1))
        scores = torch.randn((len(labels), width), generator=torch.Generator().manual_seed(5), dtype=torch.float64)
        one, other = (loss(values, labels, scores.roll(1, 0), start.T, start.alpha) for values in (scores, scores.roll(2, 0)))
        if torch.isfinite(one[0]) and one[1].any() and abs(one[0] - other[0]) > 1e-6:
            found.append(Boxes(loss, right_update))
    except (StudentFault, CheckFailed, RuntimeError):
        pass
    return found


def own_update(student: Student, start: Start) -> Boxes | None:
    """The right loss with the student's own update, where that does something else than a right one; else None.

    What is wrong with it is said by its own checks. An update that stops is taken for a right one: so does the pass.
    """
    update = Update("centred", start.teacher, start.student, start.decay)
    with contextlib.suppress(StudentFault, CheckFailed, RuntimeError):
        did, right = update.ask_as_it_is(student), right_update(update)
        sound = (
            all(
                torch.allclose(did[of][name].cpu(), values.cpu(), **AVERAGE)
                for of in ("average", "model")
                for name, values in right[of].items()
            )
            and did["training"] is True
            and all(did["trains"].values())
        )
        return None if sound else Boxes(right_loss, lambda asked: asked.ask_as_it_is(student))
    return None


def explained(got: Pass, part: str, start: Start, boxes: list[Boxes], ways: Iterable[Way]) -> bool:
    """Whether one of these ways leaves this part behind."""
    vector = got.vector(part)
    if not torch.isfinite(vector).all():
        return False
    return any(same(vector, box.run(start, way).vector(part)) for way in ways for box in boxes)


def same(got: torch.Tensor, want: torch.Tensor) -> bool:
    """Whether two vectors agree."""
    return got.shape == want.shape and torch.allclose(got, want, **PASS)


def words_for(got: Pass, part: str, start: Start, boxes: list[Boxes], ways: list[tuple[str, Way]], *accepted: Iterable[Way]) -> str:
    """The words for the way that gives this part, alone or with what belongs to other checks."""
    others = list(combined(*accepted))
    mistakes = (
        Mistake(box.run(start, merged).vector(part), words)
        for words, way in ways
        for other in others
        for merged in combined([way], [other])
        for box in boxes
    )
    return explanation(mistakes, got.vector(part), **PASS)
