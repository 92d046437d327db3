"""Is each parameter registered that the handout asks for, and nothing besides? If not, what is the likely reason?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch

from autograder.judge.asked_once import asked_once
from autograder.judge.expect import expect, fail
from autograder.judge.matches import Names, ways
from autograder.judge.registered import FIXED_CLASSES, FIXED_IMAGE, NOT_REGISTERED
from autograder.sandbox.held import words_of

from .subjects import Subject, Twin

Shape = tuple[int, ...]
Hint = Callable[[list[Shape]], str]
ONE_TOO_MANY = "Which layer is one too many?"


@dataclass(frozen=True)
class Wanted:
    """A parameter in words, and its shape; a text in its place where the handout leaves a size free."""

    words: str
    shape: Shape | str


@dataclass
class Places:
    """Which of the student's parameters is which: their names by the reference's, and those that are left."""

    taken: dict[str, Names]
    left: list[str]


def places(subject: Subject, twins: list[Twin]) -> Places:
    """Where the parameters that are asked for lie in a student's network."""
    names = [name for name, *_ in subject.registered] + subject.buffers
    if subject.alignment is not None and subject.twin is not None and subject.twin.asked_for:
        slots = {name: theirs for name, (theirs, _) in subject.alignment.slots.items()}
    else:
        shapes = [((name,), tuple(shape)) for name, shape, *_ in subject.registered]
        exact = next((way for twin in twins for way in ways(twin.network, shapes, twin.flat)), None)
        slots = {name: theirs for name, (theirs, _) in exact.slots.items()} if exact else _one_by_one(twins[0], shapes)
    taken = {name for theirs in slots.values() for name in theirs}
    return Places(slots, [name for name in names if name not in taken and name not in subject.buffers])


def _one_by_one(twin: Twin, shapes: list[tuple[Names, Shape]]) -> dict[str, Names]:
    """The first parameter left that has the shape, for each that is asked for."""
    found: dict[str, Names] = {}
    left = list(shapes)
    for name, value in twin.network.named_parameters():
        same = next((entry for entry in left if tuple(value.shape) in (entry[1], entry[1][::-1])), None)
        if same is not None:
            found[name] = same[0]
            left.remove(same)
    return found


def expect_registered(subject: Subject, name: str, wanted: Mapping[str, Wanted], twins: list[Twin], hint: Hint) -> None:
    """One parameter is registered, trainable and of the right shape.

    Args:
        name: the reference's.
        wanted: all that are asked for, by the reference's names.
        twins: right networks of the sizes that were asked for.
        hint: words for a reason that only this problem's check knows, from the shapes that are registered.
    """
    call, found, want = _call(subject), places(subject, twins), wanted[name]
    shapes = {their_name: tuple(shape) for their_name, shape, *_ in subject.registered}
    if not shapes:
        fail(f"{call} has no parameters; it should register {_listed(wanted)}.", NOT_REGISTERED)
    theirs = found.taken.get(name)
    if theirs is None:
        listed = ", ".join(f"{their_name} {shape}" for their_name, shape in shapes.items())
        absent = [each for key, each in wanted.items() if key not in found.taken]
        fail(
            f"{call} registers {listed}; {want.words} {want.shape} is not among them.",
            subject.mistake or hint(list(shapes.values())) or _likely_reason(shapes, found.left, absent, wanted),
        )
    fixed = [their_name for their_name in theirs if their_name in subject.buffers]
    expect(
        not fixed,
        f"{call} registers {want.words} as a buffer, {', '.join(fixed)}; it should be an nn.Parameter.",
        "Nothing trains a buffer.",
    )
    frozen = [their_name for their_name, _, _, trains in subject.registered if their_name in theirs and not trains]
    expect(
        not frozen,
        f"{call} registers {want.words} as {', '.join(frozen)}, which does not require gradients.",
        "Then nothing can train it: is `requires_grad` off?",
    )
    _expect_kept(subject, theirs)


def expect_nothing_else(subject: Subject, wanted: Mapping[str, Wanted], twins: list[Twin]) -> None:
    """No parameter is registered besides those that are asked for; what keeps nothing that is written into it is no parameter."""
    call, found = _call(subject), places(subject, twins)
    shapes = {name: tuple(shape) for name, shape, *_ in subject.registered}
    if not shapes:
        fail(f"{call} has no parameters; it should register {_listed(wanted)}.", NOT_REGISTERED)
    every = [their_name for theirs in found.taken.values() for their_name in theirs]
    if every and len(_lost(subject, every)) == len(every):
        _expect_kept(subject, every)
    if len(found.left) > len(wanted) - len(found.taken):
        listed = ", ".join(f"{name} {shapes[name]}" for name in found.left)
        fail(f"{call} registers more than the {len(wanted)} parameters that are asked for: {listed}.", ONE_TOO_MANY)


def _expect_kept(subject: Subject, theirs: Sequence[str]) -> None:
    """What was written into a parameter is there afterwards; a network that makes them up whenever it is asked keeps nothing."""
    lost = _lost(subject, theirs)
    expect(
        not lost, f"{_call(subject)} has parameters that do not keep what is written into them: {', '.join(lost)}.", NOT_REGISTERED
    )


def _lost(subject: Subject, theirs: Sequence[str]) -> list[str]:
    """Which of these parameters do not hold our weights, after those were put there."""
    if subject.alignment is None:
        return []
    ours, student, model = subject.alignment.weights(), subject.student, subject.model
    now = asked_once(student, "what is kept", lambda: student.probe("parameter_values", model))
    return [
        name
        for name in theirs
        if name in ours
        and not (isinstance(now.get(name), torch.Tensor) and torch.equal(now[name].float().cpu(), ours[name].float().cpu()))
    ]


def _likely_reason(shapes: dict[str, Shape], left: list[str], absent: list[Wanted], wanted: Mapping[str, Wanted]) -> str:
    """Why some parameters are not registered."""
    words = " and ".join(each.words for each in absent)
    if len(left) < len(absent):
        if all(len(each.shape) == 1 for each in absent):
            return f"Missing: {words}. Was `bias=False` given, or is it a plain tensor? {NOT_REGISTERED}"
        return f"Missing: {words}. {NOT_REGISTERED}"
    if len(left) > len(absent):
        return f"There are {len(shapes)} parameters instead of {len(wanted)}: which layer is one too many?"
    known = {size for each in wanted.values() if not isinstance(each.shape, str) for size in each.shape}
    sizes = {size for name in left for size in shapes[name]} - known
    if any(size >= 3072 and size % 1024 == 0 or size in (1024, 32 * 32 * 3 + 1) for size in sizes):
        return FIXED_IMAGE
    if 10 in sizes:
        return FIXED_CLASSES
    return "Which of the arguments of `__init__` does each of these sizes come from?"


def _listed(wanted: Mapping[str, Wanted]) -> str:
    return ", ".join(f"{each.words} {each.shape}" for each in wanted.values())


def _call(subject: Subject) -> str:
    if subject.model is None:
        subject.ready()
    assert subject.model is not None
    return words_of(subject.model)
