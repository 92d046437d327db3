"""One call of a student's `train_with_ema`, and what its teacher should have become."""

import contextlib

import torch

from autograder.judge import Mistake, expect
from autograder.judge.expect import CheckFailed, fail, in_words
from autograder.sandbox.faults import StudentFault

from .averaged_passes import LR, PASS, RIGHT, Pass, Way, right_update
from .moving_averages import Update, expect_held, function_of
from .pass_ways import LOSSES, MODES, NO_STEP, combined, explained, own_update, same


def one_pass(student, start):
    """What the student's pass leaves behind."""
    settings = [start.T, start.alpha, start.decay]
    return student.probe(
        "one_pass", function_of(student, "train_with_ema"), start.student, start.teacher, start.batches, LR, settings
    )


def losses_of(found, n):
    """The losses as numbers, whatever holds each of them: a check of its own asks for floats."""
    losses = found["losses"]
    if type(losses) in (int, float) or isinstance(losses, torch.Tensor) and losses.ndim == 0:
        losses = [losses]
    if isinstance(losses, torch.Tensor) and losses.ndim == 1:
        losses = list(losses)
    if type(losses) not in (list, tuple):
        fail(
            f"train_with_ema(...) returned {in_words(losses)}; it should be a list with one loss for each batch.",
            "Where is each batch's loss kept?",
        )
    if len(losses) != n or not all(
        type(loss) in (int, float) or (isinstance(loss, torch.Tensor) and loss.numel() == 1) for loss in losses
    ):
        fail(
            f"train_with_ema(...) returned a {type(losses).__name__} of {len(losses)} items for {n} batches; it should be one "
            "loss for each batch.",
            "What is added to the list, and when?",
        )
    return losses


def lasting_pass(student, start):
    """What the pass over these batches leaves behind, for a student network that moved: a pass that trains nothing keeps no promise."""
    found = one_pass(student, start)
    got = Pass(found["losses"], found["student"], found["teacher"])
    expect(not same(got.vector("student"), Pass([], start.student, {}).vector("student")), f"train_with_ema(...): {NO_STEP}")
    return got, found


def updated(average, model, decay):
    """A right update of an average."""
    return right_update(Update("centred", average, model, decay))["average"]


def expect_followed(student, teacher, got, start, batches, mistakes):
    """The teacher is what an update, right or the student's own, makes of what it was before the last step."""
    want = Pass([], {}, updated(teacher, got.student, start.decay)).vector("teacher")
    vector = got.vector("teacher")
    moved = not same(vector, Pass([], {}, teacher).vector("teacher"))
    if same(vector, want):
        return
    own = own_update(student, start)  # its own checks say what is wrong with it
    if own and moved and follows_somehow(vector, Pass([], {}, teacher).vector("teacher"), got, start, own):
        return
    if not moved:
        mistakes = (
            [
                *mistakes,
                (
                    "It looks as if the student was averaged instead of the teacher: which of update_ema's arguments is "
                    "the average?",
                    None,
                ),
            ][-1:]
            if averaged_student(got, start)
            else mistakes
        )
    known = (Mistake(Pass([], {}, values or teacher).vector("teacher"), words) for words, values in mistakes)
    expect_held(
        f"After train_with_ema(...) over {batches} the teacher",
        vector,
        want,
        **PASS,
        mistakes=known,
        hint="What does each update get, and when?",
    )


def follows_somehow(vector, before, got, start, own):
    """Whether a strange update of the student's own explains the teacher, or it went straight towards the student."""
    with contextlib.suppress(StudentFault, CheckFailed, RuntimeError):
        if same(
            vector,
            Pass([], {}, own.update(Update("centred", start.teacher, got.student, start.decay))["average"]).vector("teacher"),
        ):
            return True
        if explained(got, "teacher", start.first(), [own], MODES):
            return True
    towards = got.vector("student") - before
    share = float((vector - before) @ towards / (towards @ towards))
    return 0 < share <= 1 and same(vector, before + share * towards)


def averaged_student(got, start):
    """Whether the student is what only an update of it explains."""
    first = start.first()
    return any(
        same(got.vector("student"), RIGHT.run(first, way).vector("student"))
        for way in combined(MODES, [Way(exchanged=True)], LOSSES)
    )


def updates(student, start):
    """The student's own update among right steps, where it is not a right one."""
    own = own_update(student, start)
    return [own] if own else []
