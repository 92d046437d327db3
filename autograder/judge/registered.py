"""Are the parameters registered that the handout asks for? If not, what is the likely reason?"""
import math
from collections.abc import Iterable
from typing import Any

import torch

from ..sandbox.faults import Raised
from ..sandbox.student import Held, Student, words_of
from .expect import expect, fail, in_words

Shape = tuple[int, ...]

NOT_REGISTERED = ("Only nn.Parameter objects and layers that are attributes of the module are registered: a plain "
                  "tensor, or a layer in a Python list, is not.")
FIXED_IMAGE = "A size comes from images of 3x32x32 pixels: take channels, height and width from `im_size` instead."
FIXED_CLASSES = "A size is fixed to 10 classes: take it from `n_classes` instead."


def parameters_of(student: Student, model: Any) -> list:
    """Every parameter as (name, shape, dtype, requires_grad); the model must be an nn.Module."""
    if not isinstance(model, Held):
        fail(f"Building the model gave {in_words(model)}; it should be an nn.Module.")
    try:
        found = student.probe("parameters", model)
    except Raised as fault:
        if "named_parameters" in fault.details:
            fail(f"{words_of(model)} is not an nn.Module.", "Does the class begin with `class Name(nn.Module):`?")
        raise
    if not isinstance(found, list) or not all(_is_parameter(entry) for entry in found):
        fail(f"{words_of(model)} does not list its parameters as an nn.Module does.", "Is `named_parameters` overridden?")
    return found


def _is_parameter(entry: Any) -> bool:
    """Whether an entry has the form (name, shape, dtype, requires_grad); the child's word is not taken for it."""
    if type(entry) is not tuple or len(entry) != 4 or type(entry[0]) is not str:
        return False
    return entry[1] is None or type(entry[1]) is tuple and all(type(size) is int for size in entry[1])


def expect_registered(student: Student, model: Held, wanted: dict[str, Shape], matches: bool, hint: str = "") -> None:
    """The parameters are registered, trainable and of the right shapes.

    Args:
        wanted: names in words and shapes of the parameters that the handout asks for.
        matches: whether the shapes found can be matched with them.
        hint: words for a reason that only this problem's check knows.
    """
    found = parameters_of(student, model)
    call = words_of(model)
    if not found:
        fail(f"{call} has no parameters; it should register {_listed(wanted)}.", NOT_REGISTERED)
    frozen = [name for name, _, _, requires_grad in found if not requires_grad]
    expect(not frozen, f"{call} has parameters that do not require gradients: {', '.join(frozen)}.",
           "Then nothing can train them.")
    if not matches:
        shapes = {name: tuple(shape) for name, shape, _, _ in found}
        listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        fail(f"{call} registers {listed}; it should register {_listed(wanted)}.", hint or likely_reason(shapes, wanted))
    expect_kept(student, model)


def expect_kept(student: Student, model: Held) -> None:
    """What is written into the parameters is there afterwards; a model that makes them up whenever it is asked keeps nothing."""
    values = {name: value + 1 for name, value in student.probe("parameter_values", model).items() if isinstance(value, torch.Tensor)}
    student.probe("load", model, values)
    now = student.probe("parameter_values", model)
    lost = [name for name, value in values.items() if not torch.equal(value, now[name])]
    expect(not lost, f"{words_of(model)} has parameters that do not keep what is written into them: {', '.join(lost)}.", NOT_REGISTERED)


def trainable(student: Student, model: Held) -> set[str]:
    """The names of the parameters that are to be trained; there must be some."""
    found = parameters_of(student, model)
    expect(bool(found), f"{words_of(model)} has no parameters.", NOT_REGISTERED)
    names = {name for name, _, _, requires_grad in found if requires_grad}
    expect(bool(names), f"{words_of(model)} has only parameters that do not require gradients.",
           "Then nothing can train them.")
    return names


def likely_reason(found: dict[str, Shape], wanted: dict[str, Shape]) -> str:
    """Why these shapes are registered instead of those."""
    open_places, extra = dict(wanted), dict(found)
    for name, shape in found.items():
        same = next((place for place, want in open_places.items() if math.prod(want) == math.prod(shape)), None)
        if same is not None:
            del open_places[same], extra[name]
    biases = [name for name, shape in open_places.items() if len(shape) == 1]
    if not extra:
        if len(biases) == len(open_places):
            return f"Missing: {' and '.join(biases)}. Was `bias=False` given, or is it a plain tensor? {NOT_REGISTERED}"
        return f"Missing: {' and '.join(open_places)}. {NOT_REGISTERED}"
    if not open_places:
        return f"Not asked for: {' and '.join(extra)}. Which layer is one too many?"
    if len(found) > len(wanted):
        return f"There are {len(found)} parameters instead of {len(wanted)}: which layer is one too many?"
    return _fixed_size(extra.values(), wanted.values())


def _fixed_size(extra: Iterable[Shape], wanted: Iterable[Shape]) -> str:
    """The usual numbers that stand in the code instead of a computation."""
    known = {size for shape in wanted for size in shape}
    sizes = {size for shape in extra for size in shape} - known
    if any(size >= 3072 and size % 1024 == 0 or size in (1024, 32 * 32 * 3 + 1) for size in sizes):
        return FIXED_IMAGE
    if 10 in sizes:
        return FIXED_CLASSES
    return "Which of the arguments of `__init__` does each of these sizes come from?"


def _listed(wanted: dict[str, Shape]) -> str:
    return ", ".join(f"{name} {shape}" for name, shape in wanted.items())

