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
from ..sandbox.confined.steps import Recorder, samples, tensors
from ..sandbox.faults import StudentFault
from ..sandbox.plain_text import one_line
from ..sandbox.held import Held
from ..sandbox.student import Student, student_of
from .expect import CheckFailed

WITH_BIAS = (F.linear, F.conv2d, torch.conv2d)
ADDITIONS = ("add", "add_", "__add__", "__radd__", "__iadd__")
# Values here are of the size of 1; right ones computed in another order differ by 1e-6.
SAME: Any = {"rtol": 1e-3, "atol": 1e-4}
LONGEST_CODE = 100


@dataclass(frozen=True)
class Step:
    """One operation of a call.

    Args:
        value: what it gave, or what was written into.
        whole: False for an affine step without its bias, which is nobody's aim.
        parents: the places of the steps that it comes from.
    """

    value: torch.Tensor
    name: str = ""
    file: str = ""
    line: int = 0
    code: str = ""
    whole: bool = True
    parents: tuple[int, ...] = ()


@contextmanager
def step_by_step(function: Held, ours: Callable[..., Any], *inputs: Any) -> Iterator[None]:
    """Within it, a check that fails also says in which line the values of this call leave ours.

    Args:
        function: a model with weights of ours, or a function, in the child.
        ours: the reference that it is compared with; where several ways are right, it takes all of them, one after the other.
        inputs: what both are called with; tensors have their batch first.
    """
    with traced(lambda: where_it_differs(function, steps_of(ours, *inputs), *inputs)):
        yield


@contextmanager
def traced(words: Callable[[], str]) -> Iterator[None]:
    """Within it, a check that fails also says these words, which are asked for only then.

    Args:
        words: what `where_it_differs` or `where_an_update_differs` gives.
    """
    try:
        yield
    except CheckFailed as failed:
        try:
            found = words()
        except Exception:  # whatever a student's values did to it: a hint that cannot be made changes no verdict
            found = ""
        failed.message = f"{failed.message}\n{found}" if found else failed.message
        failed.args = (failed.message,)
        raise


def steps_of(function: Callable[..., Any], *inputs: Any) -> list[Step]:
    """The inputs and what each operation of a call in this process gives, affine steps with and without their bias."""
    recorder = _WithoutBias(samples(inputs))
    with recorder, torch.no_grad():
        function(*inputs)
    return [Step(value.detach()) for value in samples(inputs)] + [
        Step(step["value"], whole=step["name"] != _WithoutBias.NAME) for step in recorder.steps
    ]


class _WithoutBias(Recorder):
    """Records affine steps twice."""

    NAME = "without its bias"

    def keep(self, name: str, function: Callable, arguments: tuple, options: dict, value: torch.Tensor, parents: list) -> None:
        if function in WITH_BIAS and (options.get("bias") is not None or len(arguments) > 2 and arguments[2] is not None):
            bias = {} if len(arguments) > 2 else {"bias": None}
            bare = function(*arguments[:2], *([None, *arguments[3:]] if len(arguments) > 2 else []), **(options | bias))
            super().keep(self.NAME, function, arguments, options, bare, parents)
        super().keep(name, function, arguments, options, value, parents)


def where_it_differs(function: Held, ours: Sequence[Step], *inputs: Any) -> str:
    """The sentence for the student; empty where there is nothing to say.

    Args:
        function: in the child.
        ours: the reference's steps with the same inputs.
    """
    n = next((len(value) for value in inputs if isinstance(value, torch.Tensor) and value.ndim), 1)
    return _said(student_of(function), "steps", (function, *inputs), ours, n)


def steps_of_update(function: Callable[..., Any], *inputs: Any) -> list[Step]:
    """The same for a function that changes networks: their old values, and what each operation gives.

    Args:
        function: the reference's, in this process.
        inputs: its arguments; networks among them are changed.
    """
    followed = list(tensors(inputs))
    before = [Step(value.detach().clone()) for value in followed]
    recorder = Recorder(followed)
    with recorder:
        function(*inputs)
    return before + [Step(step["value"]) for step in recorder.steps]


def where_an_update_differs(function: Held, ours: Sequence[Step], *inputs: Any) -> str:
    """The same for a function that changes networks.

    Args:
        function: in the child.
        ours: what `steps_of_update` gives.
        inputs: its arguments, networks in the child among them; they are changed.
    """
    return _said(student_of(function), "update_steps", (function, *inputs), ours, None)


def _said(student: Student, service: str, arguments: tuple, ours: Sequence[Step], n: int | None) -> str:
    try:
        reply = student.probe(service, *arguments)
    except StudentFault:
        return ""
    steps = [
        Step(**step | {"parents": tuple(step["parents"])}) for step in reply["steps"] if isinstance(step["value"], torch.Tensor)
    ]
    if not steps or not reply["complete"] or len(steps) != len(reply["steps"]):
        return ""
    if not all(0 <= parent < place for place, step in enumerate(steps) for parent in step.parents):
        return ""
    codes = [code_of(step, student.file(step.file) or b"") for step in steps]
    steps = [replace(step, code=code) for step, code in zip(steps, codes)]
    found = [match(step.value, ours, n) for step in steps]
    first, last = first_that_differs(steps, found, [place for place in reply["results"] if 0 <= place < len(steps)])
    named = [place for place in (first, last) if 0 <= place < len(steps)]
    if not all(steps[place].code for place in named):
        return ""
    return STEP_BY_STEP + _sentence(steps, found, first, last, ", or where does its result go?" if n is None else "?")


def first_that_differs(steps: Sequence[Step], found: Sequence[Step | None], results: Sequence[int]) -> tuple[int, int]:
    """The first step from which no way leads to a value of ours, and the last one before it whose value is ours.

    Args:
        found: for each step, our step with the same values.
        results: the steps that give the result; only what leads there counts, where that can be told.
    Returns:
        Two places; the number of steps where none differs, and -1 where none before it is ours.
    """
    is_ours = [partner is not None and partner.whole for partner in found]
    leads_to_ours, counts = list(is_ours), [place in results for place in range(len(steps))]
    for place in range(len(steps) - 1, -1, -1):
        for parent in steps[place].parents:
            leads_to_ours[parent] |= leads_to_ours[place]
            counts[parent] |= counts[place]
    if all(leads_to_ours[place] for place in range(len(steps)) if counts[place]):
        counts = [True] * len(steps)  # the result was made by what is not recorded
    first = next((place for place in range(len(steps)) if counts[place] and not leads_to_ours[place]), len(steps))
    return first, max((place for place in range(first) if is_ours[place] and counts[place]), default=-1)


def _sentence(steps: list[Step], found: list[Step | None], first: int, last: int, missing: str) -> str:
    """What is said, by the first step whose values are not ours and the last one before it whose values are."""

    def place(number: int) -> str:
        of_file = f" of {one_line(steps[number].file, 60)}" if len({step.file for step in steps}) > 1 else ""
        return f"line {steps[number].line}{of_file} (`{steps[number].code}`)"

    if first == len(steps):
        return f"up to {place(last)}, the last that computes something, your values are ours. Which step is missing{missing}"
    bare = found[first] is not None
    if bare and first + 1 < len(steps) and steps[first + 1].name in ADDITIONS:
        first, bare = first + 1, False
    without = ": there a bias is missing" if bare else ""
    if last < 0:
        return f"{place(first)} gives the first values that are not ours{without}."
    if (steps[first].file, steps[first].line) == (steps[last].file, steps[last].line):
        if _operation(steps, first) == _operation(steps, last):  # a loop comes to it again
            return f"{place(first)} gives the first values that are not ours{without}."
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


def match(value: torch.Tensor, ours: Sequence[Step], n: int | None) -> Step | None:
    """Our step with the same numbers in every one of n samples, in any order; the whole ones first.

    Args:
        n: None where there are no samples; then shapes have to agree.
    """
    for step in sorted(ours, key=lambda step: not step.whole):
        if same_numbers(value, step.value, n):
            return step
    return None


def same_numbers(value: torch.Tensor, ours: torch.Tensor, n: int | None) -> bool:
    """Whether every sample has the same numbers; where its axes are the same four, in the same places."""
    if value.numel() != ours.numel() or value.is_complex() or value.numel() == 0 or n is None and value.shape != ours.shape:
        return False
    one, other = (_by_sample(tensor.detach().to("cpu", torch.float64), n) for tensor in (value, ours))
    if one is None or other is None or not one.isfinite().all():
        return False
    if n is None:
        return torch.allclose(one, other, **SAME)
    if one.numel() > 1 and one.max() == one.min():
        return False  # many things give zeros or ones
    if value.ndim == 4 and value.shape == ours.shape:
        return torch.allclose(one, other, **SAME)
    return torch.allclose(one.sort(1).values, other.sort(1).values, **SAME)


def _by_sample(value: torch.Tensor, n: int | None) -> torch.Tensor | None:
    """As a matrix with a row for each sample; None where no axis is that of the samples."""
    if value.numel() == 1 or n is None:
        return value.reshape(1, -1)
    if value.ndim and len(value) == n:
        return value.flatten(1) if value.ndim > 1 else value[:, None]
    return value.movedim(-1, 0).flatten(1) if value.ndim > 1 and value.shape[-1] == n else None
