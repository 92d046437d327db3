"""Where a wrong result begins to be wrong: the first line of a student's file whose values are none of ours.

    with step_by_step(model, twin, images):
        expect_close(call, got, want, ...)

A check that failed gets one more sentence. The child records what each operation gives, and here the values are compared with
what the reference's own operations give. This is a hint and never a verdict: points do not depend on it, it shows no
expected value, and a student who tampers with it misleads nobody else.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import torch
import torch.nn.functional as F

from ..results.record import STEP_BY_STEP
from ..sandbox.confined.steps import Recorder, samples
from ..sandbox.faults import StudentFault
from ..sandbox.plain_text import one_line
from ..sandbox.student import Held, student_of
from .expect import CheckFailed

WITH_BIAS = (F.linear, F.conv2d, torch.conv2d)
ADDITIONS = ("add", "add_", "__add__", "__radd__", "__iadd__")
# Values here are of the size of 1; right ones computed in another order differ by 1e-6.
SAME: Any = {"rtol": 1e-3, "atol": 1e-4}
LONGEST_CODE = 100


@dataclass(frozen=True)
class Step:
    """One operation of a call."""

    value: torch.Tensor
    name: str = ""
    file: str = ""
    line: int = 0
    code: str = ""
    whole: bool = True  # False for an affine step without its bias, which is nobody's aim


@contextmanager
def step_by_step(function: Held, ours: Callable[..., Any], *inputs: Any) -> Iterator[None]:
    """Within it, a check that fails also says in which line the values of this call leave ours.

    Args:
        function: a model with weights of ours, or a function, in the child.
        ours: the reference that it is compared with.
        inputs: what both are called with; tensors have their batch first.
    """
    try:
        yield
    except CheckFailed as failed:
        words = where_it_differs(function, steps_of(ours, *inputs), *inputs)
        failed.message = f"{failed.message}\n{words}" if words else failed.message
        failed.args = (failed.message,)
        raise


def steps_of(function: Callable[..., Any], *inputs: Any) -> list[Step]:
    """The inputs and what each operation of a call in this process gives, affine steps with and without their bias."""
    recorder = _WithoutBias(inputs)
    with recorder, torch.no_grad():
        function(*inputs)
    return [Step(value.detach()) for value in samples(inputs)] + [
        Step(step["value"], whole=step["name"] != _WithoutBias.NAME) for step in recorder.steps
    ]


class _WithoutBias(Recorder):
    """Records affine steps twice."""

    NAME = "without its bias"

    def keep(self, name: str, function: Callable, arguments: tuple, options: dict, value: torch.Tensor) -> None:
        if function in WITH_BIAS and (options.get("bias") is not None or len(arguments) > 2 and arguments[2] is not None):
            bias = {} if len(arguments) > 2 else {"bias": None}
            bare = function(*arguments[:2], *([None, *arguments[3:]] if len(arguments) > 2 else []), **(options | bias))
            super().keep(self.NAME, function, arguments, options, bare)
        super().keep(name, function, arguments, options, value)


def where_it_differs(function: Held, ours: Sequence[Step], *inputs: Any) -> str:
    """The sentence for the student; empty where there is nothing to say.

    Args:
        function: in the child.
        ours: the reference's steps with the same inputs.
    """
    student = student_of(function)
    try:
        reply = student.probe("steps", function, *inputs)
    except StudentFault:
        return ""
    steps = [Step(**step) for step in reply["steps"] if isinstance(step["value"], torch.Tensor)]
    if not reply["complete"] or len(steps) != len(reply["steps"]):
        return ""
    n = next((len(value) for value in inputs if isinstance(value, torch.Tensor) and value.ndim), 1)
    steps = [replace(step, code=code) for step in steps if (code := code_of(step, student.file(step.file) or b""))]
    found = [match(step.value, ours, n) for step in steps]
    last = max((place for place, partner in enumerate(found) if partner and partner.whole), default=-1)
    return STEP_BY_STEP + _sentence(steps, found, last) if steps else ""


def _sentence(steps: list[Step], found: list[Step | None], last: int) -> str:
    """What is said, by the last step whose values are ours."""

    def place(number: int) -> str:
        return f"line {steps[number].line} (`{steps[number].code}`)"

    first = last + 1
    if first == len(steps):
        return f"up to {place(last)}, the last that computes something, your values are ours. Which step is missing?"
    bare = found[first] is not None
    if bare and first + 1 < len(steps) and steps[first + 1].name in ADDITIONS:
        first, bare = first + 1, False
    without = ": there a bias is missing" if bare else ""
    if last < 0:
        return f"{place(first)} gives the first values that are not ours{without}."
    if (steps[first].file, steps[first].line) == (steps[last].file, steps[last].line):
        return (
            f"in {place(first)} your values are ours up to {_operation(steps, last)}; {_operation(steps, first)} gives the first "
            f"that are not{without}."
        )
    return f"up to {place(last)} your values are ours; {place(first)} is the first whose values are not{without}."


def _operation(steps: list[Step], number: int) -> str:
    """An operation by its name, and by its place where its line has several of that name."""
    step, name = steps[number], one_line(steps[number].name, 40)
    alike = [
        place for place, other in enumerate(steps) if (other.file, other.line, other.name) == (step.file, step.line, step.name)
    ]
    return f"`{name}`" if len(alike) == 1 else f"`{name}` number {alike.index(number) + 1}"


def code_of(step: Step, file: bytes) -> str:
    """The line of the student's file, as it was handed in; empty when there is none such."""
    lines = file.decode("utf-8", "replace").splitlines()
    code = one_line(lines[step.line - 1], 4 * LONGEST_CODE) if 0 < step.line <= len(lines) else ""
    return (code if len(code) <= LONGEST_CODE else f"{code[:LONGEST_CODE]}...").replace("`", "'")


def match(value: torch.Tensor, ours: Sequence[Step], n: int) -> Step | None:
    """Our step with the same numbers in every one of n samples, in any order; the whole ones first."""
    for step in sorted(ours, key=lambda step: not step.whole):
        if same_numbers(value, step.value, n):
            return step
    return None


def same_numbers(value: torch.Tensor, ours: torch.Tensor, n: int) -> bool:
    """Whether every sample has the same numbers; where its axes are the same four, in the same places."""
    if value.numel() != ours.numel() or value.is_complex() or value.numel() == 0:
        return False
    one, other = (_by_sample(tensor.detach().to("cpu", torch.float64), n) for tensor in (value, ours))
    if one is None or other is None or not (one.isfinite().all() and one.numel() > 1 and one.max() > one.min() or one.numel() == 1):
        return False
    if value.ndim == 4 and value.shape == ours.shape:
        return torch.allclose(one, other, **SAME)
    return torch.allclose(one.sort(1).values, other.sort(1).values, **SAME)


def _by_sample(value: torch.Tensor, n: int) -> torch.Tensor | None:
    """As a matrix with a row for each sample; None where no axis is that of the samples."""
    if value.numel() == 1:
        return value.reshape(1, 1)
    if value.ndim and len(value) == n:
        return value.flatten(1) if value.ndim > 1 else value[:, None]
    return value.movedim(-1, 0).flatten(1) if value.ndim > 1 and value.shape[-1] == n else None
