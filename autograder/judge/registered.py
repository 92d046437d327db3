"""Are the parameters registered that the handout asks for? If not, what is the likely reason?"""

from typing import Any

from ..sandbox.faults import Raised
from ..sandbox.held import Held, words_of
from ..sandbox.student import Student
from .expect import expect, fail, in_words

NOT_REGISTERED = (
    "Only nn.Parameter objects and layers that are attributes of the module are registered: a plain "
    "tensor, or a layer in a Python list, is not."
)
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


def trainable(student: Student, model: Held) -> set[str]:
    """The names of the parameters that are to be trained; there must be some."""
    found = parameters_of(student, model)
    expect(bool(found), f"{words_of(model)} has no parameters.", NOT_REGISTERED)
    names = {name for name, _, _, requires_grad in found if requires_grad}
    expect(bool(names), f"{words_of(model)} has only parameters that do not require gradients.", "Then nothing can train them.")
    return names
