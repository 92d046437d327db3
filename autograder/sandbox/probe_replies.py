"""What the kit's services in the child (`confined/probes.py`) answer when nobody has tampered with them.

They run beside the student's code, which can replace them. Whatever they then say is judged as a value, but a judge that
expects four columns would stumble over a seven, and the check would count as a fault of ours. So an answer of another kind than
the service gives is found out here and is its author's fault. A part of a course says the same of its own services with `declare`,
in a module `replies.py` beside its checks that the package of the part imports.
"""

from typing import Any
from collections.abc import Callable

import torch

from .confined import wire
from .faults import Crashed


class Either(tuple):
    """One of several kinds."""


ANY = object()
TENSOR = Either((torch.Tensor, wire.Opaque))
MAYBE = Either((None, torch.Tensor, wire.Opaque))
STEPS = {
    "steps": [{"name": str, "file": str, "line": int, "value": TENSOR, "parents": [int]}],
    "results": [int],
    "complete": bool,
}
SETTING = Either((int, float, bool, tuple, None, wire.Opaque))

# A type: exactly that one. None: nothing. [kind]: a list or tuple of it. (kind, kind): a row. {str: kind}: any names.
# {"name": kind, ...}: these names. Services that are not named here answer with an object of the child or with anything.
KINDS: dict[str, Any] = {
    "parameters": [(str, Either((None, [int])), torch.dtype, bool)],
    "parameter_values": {str: TENSOR},
    "buffer_values": {str: TENSOR},
    "load": None,
    "load_checkpoint": None,
    "set_requires_grad": None,
    "scores_and_gradients": {"scores": TENSOR, "loss": TENSOR, "gradients": {str: MAYBE}},
    "gradients": {str: MAYBE},
    "input_gradient": TENSOR,
    "call_and_show_inputs": (ANY, [ANY]),
    "module_flags": {str: bool},
    "module_types": [str],
    "optimizer_settings": {"classes": [str], "groups": [{"settings": {str: SETTING}, "names": [Either((None, str))]}]},
    "scores_in_batches": TENSOR,
    "attributes": {str: ANY},
    "items": [ANY],
    "build_linear_model": ANY,
    "build_layers": ANY,
    "plain_sgd": ANY,
    "clone": ANY,
    "steps": STEPS,
    "update_steps": STEPS,
    "call_with_leaves": {"result": ANY, "graph": bool, "gradients": [MAYBE], "after": [ANY]},
    "fill": None,
    "build_offline": {"model": ANY, "asked": [ANY], "in train mode": bool, "norms that train": [str]},
    "scores_and_reached": {"scores": TENSOR, "reached": {str: bool}},
    "network_report": {
        "parameters": [(str, [int], bool, bool)],
        "norms": [(str, bool, bool)],
        "scores": ANY,
        "linear": [{"into": TENSOR, "out": TENSOR}],
        "convolution": [{"into": TENSOR, "out": TENSOR}],
        "eval reached": bool,
    },
    "train_report": {
        "arrived": {str: bool},
        "graph": bool,
        "moved": [str],
        "counted": [str],
        "norms": [str],
        "train reached": ANY,
        "frozen": [str],
        "still": [str],
    },
    "convolution_corners": [(float, float)],
}
# How long lists in an answer are, by the arguments of the call.
LENGTHS: dict[str, Callable[..., list[tuple[Any, int]]]] = {
    "call_and_show_inputs": lambda reply, _, *inputs: [(reply[1], len(inputs))],
    "call_with_leaves": lambda reply, _, arguments, leaves: [(reply["gradients"], len(leaves)), (reply["after"], len(arguments))],
}
BY_PARAMETER = ("gradients", "parameter_values", "buffer_values")  # their answers are tensors by a parameter's name


def declare(kinds: dict[str, Any], lengths: dict[str, Callable[..., list[tuple[Any, int]]]] | None = None) -> None:
    """Add what the services of a part answer.

    Args:
        kinds, lengths: as in `KINDS` and `LENGTHS`.
    Raises:
        ValueError: a service of that name answers something else already.
    """
    for name, kind in kinds.items():
        if KINDS.setdefault(name, kind) != kind:
            raise ValueError(f"two services are called {name}, and they answer differently; rename one of them.")
    LENGTHS.update(lengths or {})


class Reply(dict):
    """A part of an answer; a name that a check looks for in it and that is missing is its author's fault, too."""

    def __init__(self, values: dict, words: str):
        super().__init__(values)
        self._words = words

    def __missing__(self, name: Any) -> Any:
        raise tampered(self._words)


def tampered(words: str) -> Crashed:
    """The fault of code that changed what the kit does in its process."""
    return Crashed(f"{words} sent the grader something it had not asked for; leave what you did not write as it is.")


def vetted(name: str, arguments: tuple, reply: Any, words: str, shapes: dict[str, tuple]) -> Any:
    """The answer of a service.

    Args:
        name: of the service, and its `arguments`.
        reply: what came back.
        words: the call, for the message.
        shapes: of the parameters that the grader has put into the object, by name.
    Raises:
        Crashed: it cannot have come from the service of that name.
    """
    kind = KINDS.get(name, ANY)
    lengths = LENGTHS.get(name, lambda *_: [])
    if not fits(reply, kind) or any(len(found) != wanted for found, wanted in lengths(reply, *arguments)):
        raise tampered(words)
    values = reply["gradients"] if name == "scores_and_gradients" else reply if name in BY_PARAMETER else {}
    if any(
        isinstance(value, torch.Tensor) and tuple(value.shape) != shapes.get(which, tuple(value.shape))
        for which, value in values.items()
    ):
        raise tampered(words)
    return _guarded(reply, kind, words)


def fits(value: Any, kind: Any) -> bool:
    """Whether a value is of a kind as `KINDS` writes them."""
    if kind is ANY:
        return True
    if kind is None:
        return value is None
    if isinstance(kind, Either):
        return any(fits(value, one) for one in kind)
    if isinstance(kind, type):
        return isinstance(value, kind) if kind is torch.Tensor else type(value) is kind
    if isinstance(kind, list):
        return type(value) in (list, tuple) and all(fits(item, kind[0]) for item in value)
    if isinstance(kind, tuple):
        return type(value) in (list, tuple) and len(value) == len(kind) and all(map(fits, value, kind))
    if type(value) is not dict:
        return False
    if str in kind:
        return all(type(key) is str and fits(item, kind[str]) for key, item in value.items())
    return value.keys() == kind.keys() and all(fits(value[key], kind[key]) for key in kind)


def _guarded(value: Any, kind: Any, words: str) -> Any:
    """The answer with its own dicts, not those of the student, as `Reply`."""
    if type(kind) is dict and type(value) is dict:
        return Reply({key: _guarded(item, kind.get(key, kind.get(str)), words) for key, item in value.items()}, words)
    if type(kind) is list and type(value) in (list, tuple):
        return type(value)(_guarded(item, kind[0], words) for item in value)
    return value
