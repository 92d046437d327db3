"""Hidden checks of problem 2.2, the pass that trains with the moving average.

All networks are the kit's own. What a pass should give is computed here with the student's own loss and update, asked for values,
so a mistake in one of these costs its points where it belongs and not here.
"""

import pytest
import torch

from autograder.judge import expect
from autograder.judge.expect import fail, in_words
from autograder.judge.step_by_step import traced

from .averaged_passes import BATCHES, PASS, RIGHT, Pass, Start, Way
from .moving_averages import draw_values, expect_held
from .one_pass import expect_followed, lasting_pass, losses_of, one_pass, updated, updates
from .pass_ways import (
    BEGINNINGS,
    CLEARINGS,
    EXCHANGED,
    LOSSES,
    MODES,
    NOT_CLEARED,
    REPORTED_AFTER,
    SETTINGS,
    STALE,
    boxes_of,
    combined,
    explained,
    own_update,
    words_for,
)
from .update_lines import where_the_pass_differs

WRONG_LOSS = (
    "For each batch: the teacher's scores, the student's scores, distillation_loss of both. Which of these does yours do "
    "differently?"
)
WRONG_STEP = "One step of the optimizer on the gradient of the distillation loss: what else changes the student, or the gradient?"


@pytest.fixture
def pass_lines(student, reference, start):
    """`with pass_lines():` a check that fails within it also says in which line a pass over one batch leaves ours."""
    return lambda: traced(lambda: where_the_pass_differs(student, reference, start.first()))


@pytest.fixture(scope="module")
def start(pick, draw):
    """Two small networks that differ, and three batches of eight."""
    chance = pick("pass")
    values = {who: draw_values("centred", who, draw, chance) for who in ("student", "teacher")}
    batches = []
    for number in range(BATCHES):
        labels = torch.tensor([chance.randrange(3) for _ in range(8)])
        batches.append((draw(f"inputs {number}", 8, 4).double().cpu(), labels))
    values = {who: {name: value.cpu() for name, value in own.items()} for who, own in values.items()}
    return Start(
        values["student"],
        values["teacher"],
        batches,
        chance.choice([2.0, 2.5, 3.0]),
        chance.choice([0.3, 0.6, 0.7]),
        chance.choice([0.6, 0.7, 0.8]),
    )


@pytest.mark.check(weight=2)
def test_each_batch_has_its_loss(student, start, pass_lines):
    """The loss of a batch is the distillation loss of the student's scores, before its step"""
    first = start.first()
    found = one_pass(student, first)
    got = Pass(losses_of(found, 1), found["student"], found["teacher"])
    boxes, others = boxes_of(student, first), (MODES, BEGINNINGS)
    with pass_lines():
        if not explained(got, "losses", first, boxes, combined(*others)):
            expect_held(
                "After train_with_ema(...) over one batch the list of losses",
                got.vector("losses"),
                RIGHT.run(first).vector("losses"),
                **PASS,
                hint=words_for(got, "losses", first, boxes, [REPORTED_AFTER, *SETTINGS], *others) or WRONG_LOSS,
            )


@pytest.mark.check(weight=2)
def test_student_takes_one_step_a_batch(student, start, pass_lines):
    """The student takes one step a batch, on the gradient of the loss"""
    first = start.first()
    got, _ = lasting_pass(student, first)
    boxes = boxes_of(student, first)
    ways = combined(MODES, BEGINNINGS, LOSSES, CLEARINGS, EXCHANGED)
    with pass_lines():
        if not explained(got, "student", first, boxes, ways) and not explained(
            got, "student", first, updates(student, first), MODES
        ):
            expect_held(
                "After train_with_ema(...) over one batch the student",
                got.vector("student"),
                RIGHT.run(first).vector("student"),
                **PASS,
                hint=WRONG_STEP,
            )


@pytest.mark.check(weight=1)
def test_gradients_are_those_of_the_batch_alone(student, start, pass_lines):
    """Each step uses the gradient of its batch only, not those of earlier batches"""
    first = start.first()
    got, _ = lasting_pass(student, first)
    boxes, others = boxes_of(student, first), (MODES, BEGINNINGS, LOSSES, EXCHANGED)
    with pass_lines():
        if not explained(got, "student", first, boxes, combined(*others)):
            said = words_for(got, "student", first, boxes, STALE, *others)
            expect(not said, "After train_with_ema(...) over one batch the student holds wrong values.", said)
    if own_update(student, first):
        return  # what a strange update leaves for the second batch is not a question of gradients
    both, two = lasting_pass(student, start.first(2))[0], start.first(2)
    # The right way comes first, so that whoever clears the gradients is not compared with every wrong way.
    if explained(both, "student", two, boxes, combined(*others)):
        return
    expect(
        not explained(both, "student", two, boxes, combined([Way(clears="never"), Way(clears="after the step")], *others)),
        "After train_with_ema(...) over two batches the student holds wrong values.",
        NOT_CLEARED,
    )


@pytest.mark.check(weight=1)
def test_teacher_follows_the_student(student, start, pass_lines):
    """After each of the student's steps the teacher is updated"""
    first = start.first()
    got, _ = lasting_pass(student, first)
    with pass_lines():
        expect_followed(
            student,
            first.teacher,
            got,
            start,
            "one batch",
            [
                ("The teacher never changed: where is update_ema called?", start.teacher),
                (
                    "It looks as if the teacher was updated before the student's step: in which order do the two come?",
                    updated(start.teacher, start.student, start.decay),
                ),
                (
                    "It looks as if the teacher began as a copy of the student; it comes as the caller left it. Who changes it?",
                    updated(start.student, got.student, start.decay),
                ),
            ],
        )
    if own_update(student, first):
        return
    both, _ = lasting_pass(student, start.first(2))
    expect_followed(
        student,
        got.teacher,
        both,
        start,
        "two batches",
        [
            (
                "It looks as if the teacher was updated only once, after the last batch; it should be updated after each. Where is the call?",
                updated(start.teacher, both.student, start.decay),
            )
        ],
    )


@pytest.mark.check(weight=1)
@pytest.mark.parametrize("whose", ["student", "teacher"])
def test_modes_are_those_of_learner_and_target(student, start, whose):
    """The pass puts the student in train mode and the teacher in eval mode"""
    first = start.first()
    got, found = lasting_pass(student, first)
    flags = {"student": (True, "train", "The student"), "teacher": (False, "eval", "The teacher")}
    wanted, mode, who = flags[whose]
    asks = "Who puts it there? Neither is in the mode that the pass needs when it begins."
    of_update = whose == "student" and own_update(student, first)  # which may change the mode itself, as its own check says
    expect(
        bool(of_update) or found[f"{whose} trains"] is wanted,
        f"After train_with_ema(...) {who.lower()} is not in {mode} mode.",
        asks,
    )
    boxes, others = boxes_of(student, first), (BEGINNINGS, LOSSES, CLEARINGS, EXCHANGED)
    wrong = Way(student_trains=False) if whose == "student" else Way(teacher_trains=True)
    right = [way for way in MODES if getattr(way, f"{whose}_trains") is wanted]
    if not explained(got, "student", first, boxes, combined(right, *others)) and explained(
        got, "student", first, boxes, combined([wrong], MODES[:1], *others)
    ):
        fail(f"train_with_ema(...): it looks as if {who.lower()} was not in {mode} mode while it gave its scores.", asks)


@pytest.mark.check(weight=1)
def test_only_the_student_learns(student, start):
    """The teacher receives no gradients"""
    _, found = lasting_pass(student, start.first())
    reached = [name for name in found["teacher gradients"] if isinstance(name, str)]
    expect(
        not reached,
        f"train_with_ema(...): the teacher received gradients, in {', '.join(reached[:3])}.",
        "Its scores are targets, nothing more. What tells torch that they need no graph?",
    )


@pytest.mark.check(weight=1)
def test_losses_are_plain_floats(student, start):
    """The losses come back as a list of plain floats, one for each batch"""
    n = 1 if own_update(student, start) else BATCHES
    _, found = lasting_pass(student, start.first(n))
    losses = found["losses"]
    expect(
        type(losses) is list,
        f"train_with_ema(...) returned {in_words(losses)}; it should be a list with one loss for each batch.",
        "Where is each batch's loss kept?",
    )
    odd = [value for value in losses if type(value) is not float]
    if odd:
        fail(
            f"train_with_ema(...) returned a list with {in_words(odd[0])} in it; it should be a list of plain floats.",
            "A tensor keeps the whole graph of its batch alive. What makes a float of it?",
        )
    expect(
        len(losses) == n,
        f"train_with_ema(...) returned {len(losses)} losses for {n} batches.",
        "What is added to the list, and when?",
    )
