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
    """Keeps the results of all operations, as long as it is entered, in which a followed tensor or a result of one takes part.

    Args:
        followed: the tensors whose way is followed.
        root: the folder of the student's files.
    """

    def __init__(self, followed: list[torch.Tensor], root: str = ""):
        super().__init__()
        self.root = root
        self.steps: list[dict] = []
        self.complete = True
        self.numbers = 0
        self.followed = {id(tensor): tensor for tensor in followed}  # held, so that no number is used twice
        self.made_by: dict[Any, int] = {}  # by where a tensor holds its numbers: the step that gave them
        self.before_gradients: list[int] = []  # the step whose gradients the parameters hold

    def __torch_function__(self, function, types, arguments=(), options=None):
        result = function(*arguments, **(options or {}))
        name = str(getattr(function, "__name__", ""))
        given = [tensor for tensor in tensors((arguments, options)) if id(tensor) in self.followed]
        if given:
            self.follow(name, function, arguments, options or {}, result, self.steps_to(given))
        return result

    def follow(self, name: str, function: Callable, arguments: tuple, options: dict, result: Any, parents: list[int]) -> None:
        """Note what an operation gave; what is written into gets a value of its own by that."""
        attribute = getattr(function, "__self__", None) if name in ("__get__", "__set__") else None
        if name == "backward":
            self.before_gradients = parents
        writes = name == "__setitem__" or name == "__set__" and attribute is torch.Tensor.data
        for value in tensors(arguments[0] if writes else result):
            self.followed[id(value)] = value
            if name != "__get__":
                self.keep(name, function, arguments, options, value, parents)
            elif sources := self.before_gradients if attribute is torch.Tensor.grad else parents:
                self.made_by[_where(value)] = sources[-1]  # another look at the same numbers, or what `backward` has left

    def steps_to(self, values: Any) -> list[int]:
        """The steps that gave these tensors what they hold."""
        return sorted({self.made_by[place] for place in map(_where, tensors(values)) if place in self.made_by})

    def keep(self, name: str, function: Callable, arguments: tuple, options: dict, value: torch.Tensor, parents: list[int]) -> None:
        """Add one step, unless there are too many or they hold too much."""
        self.numbers += value.numel()
        if len(self.steps) >= MOST_STEPS or value.numel() > MOST_NUMBERS or self.numbers > MOST_IN_ALL:
            self.complete = False
            return
        file, line = self.place()
        self.made_by[_where(value)] = len(self.steps)
        self.steps.append({"name": name, "file": file, "line": line, "value": value.detach().clone(), "parents": parents})

    def place(self) -> tuple[str, int]:
        """File and line of the innermost frame of the student's code."""
        frame = inspect.currentframe()
        while frame is not None:
            if self.root and frame.f_code.co_filename.startswith(self.root + os.sep):
                return os.path.relpath(frame.f_code.co_filename, self.root), frame.f_lineno
            frame = frame.f_back
        return "", 0


def _where(tensor: torch.Tensor) -> Any:
    """The same for all objects that hold these numbers, such as a parameter and its `.data`."""
    try:
        return tensor.data_ptr(), tuple(tensor.shape)
    except (RuntimeError, NotImplementedError):  # sparse and others
        return id(tensor)


def samples(inputs: Any) -> list[torch.Tensor]:
    """The tensors of a batch: the first one and those that have as many rows; what is done to weights alone is a step aside."""
    found = [tensor for tensor in tensors([value for value in inputs if not isinstance(value, torch.nn.Module)]) if tensor.ndim]
    return [tensor for tensor in found if len(tensor) == len(found[0])]


def tensors(value: Any) -> Iterator[torch.Tensor]:
    """The tensors in a value; those of a network are its parameters and buffers."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, torch.nn.Module):
        yield from [*value.parameters(), *value.buffers()]
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from tensors(item)
    elif isinstance(value, dict):
        yield from tensors(list(value.values()))


def steps(function: Callable, *inputs: Any) -> dict:
    """The steps of a call of a network or a loss, from its samples to what it returns."""
    recorder = Recorder(samples(inputs), modules.student_root)
    with recorder, torch.no_grad():
        result = function(*inputs)
    return _told(recorder, result)


def update_steps(function: Callable, *inputs: Any) -> dict:
    """The steps of a call that changes the networks that it is given."""
    recorder = Recorder(list(tensors(inputs)), modules.student_root)
    with recorder:
        function(*inputs)
    return _told(recorder, [value for value in inputs if isinstance(value, torch.nn.Module)])


def _told(recorder: Recorder, result: Any) -> dict:
    """Each step with its name, place, value and those that it comes from; which ones lead to the result; whether these are all."""
    return {"steps": recorder.steps, "results": recorder.steps_to(result), "complete": recorder.complete}
