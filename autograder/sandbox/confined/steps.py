"""What a call computes, step by step: every operation of torch on what it was given, with its place in the student's files.

For hints only: who wrote the code that runs here can make it say anything.
"""

import inspect
import os
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from . import modules

MOST_STEPS = 300
MOST_NUMBERS = 1 << 16  # in one step's value
MOST_IN_ALL = 1 << 20


class Recorder(TorchFunctionMode):
    """Keeps the results of all operations, as long as it is entered, in which a given sample or a result of one takes part."""

    def __init__(self, inputs: Any, root: str = ""):
        super().__init__()
        self.root = root
        self.steps: list[dict] = []
        self.complete = True
        self.numbers = 0
        self.followed = {id(tensor): tensor for tensor in samples(inputs)}  # held, so that no number is used twice

    def __torch_function__(self, function, types, arguments=(), options=None):
        result = function(*arguments, **(options or {}))
        name = str(getattr(function, "__name__", ""))
        if any(id(tensor) in self.followed for tensor in tensors((arguments, options))):
            # What is written into gets a value of its own by that.
            for value in tensors(arguments[0] if name == "__setitem__" else result):
                self.followed[id(value)] = value
                self.keep(name, function, arguments, options or {}, value)
        return result

    def keep(self, name: str, function: Callable, arguments: tuple, options: dict, value: torch.Tensor) -> None:
        """Add one step, unless there are too many or they hold too much."""
        self.numbers += value.numel()
        if len(self.steps) >= MOST_STEPS or value.numel() > MOST_NUMBERS or self.numbers > MOST_IN_ALL:
            self.complete = False
            return
        file, line = self.place()
        self.steps.append({"name": name, "file": file, "line": line, "value": value.detach().clone()})

    def place(self) -> tuple[str, int]:
        """File and line of the innermost frame of the student's code."""
        frame = inspect.currentframe()
        while frame is not None:
            if self.root and frame.f_code.co_filename.startswith(self.root + os.sep):
                return os.path.relpath(frame.f_code.co_filename, self.root), frame.f_lineno
            frame = frame.f_back
        return "", 0


def samples(inputs: Any) -> list[torch.Tensor]:
    """The tensors of a batch: the first one and those that have as many rows; what is done to weights alone is a step aside."""
    found = [tensor for tensor in tensors(inputs) if tensor.ndim]
    return [tensor for tensor in found if len(tensor) == len(found[0])]


def tensors(value: Any) -> Iterator[torch.Tensor]:
    """The tensors in a value."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from tensors(item)
    elif isinstance(value, dict):
        yield from tensors(list(value.values()))


def steps(function: Callable, *inputs: Any) -> dict:
    """The steps of a call, each with its name, its place in the student's files and its value; whether that is all of them."""
    recorder = Recorder(inputs, modules.student_root)
    with recorder, torch.no_grad():
        function(*inputs)
    return {"steps": recorder.steps, "complete": recorder.complete}
