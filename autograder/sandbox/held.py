"""What stands for a student's names and objects in the grading process: handles that ask the child when they are called or fetched."""

from typing import Any, Protocol

import torch

from .confined import wire
from .faults import Crashed

LASTING = ("function", "type")  # kinds of objects that a name keeps standing for: fetched once for all checks of a problem


class Asking(Protocol):
    """What these handles ask of the submission that they belong to, see `student.py`."""

    _kept: "dict[str, Held]"
    _generation: int

    def _origin_of(self, path: str) -> str: ...

    def _request(self, request: dict, arguments: tuple, options: dict, origin: str, words: str) -> Any: ...


class Name:
    """A dotted name in the student's modules; nothing is looked up before it is called or fetched."""

    def __init__(self, student: Asking, path: str):
        self._student, self._path = student, path

    def __getattr__(self, name: str) -> "Name":
        name = asked_for(name)
        return Name(self._student, f"{self._path}.{name}")

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        origin = self._student._origin_of(self._path)
        words = in_words(self._path.rpartition(".")[2] if "." in self._path else self._path, arguments, options)
        return self._student._request({"do": "call", "path": self._path}, arguments, options, origin, words)

    def fetch(self) -> Any:
        """The object itself (or its value) instead of the result of calling it; a function or class is asked for once in each child."""
        kept = self._student._kept.get(self._path)
        if kept is not None and kept._generation == self._student._generation:
            return kept
        origin = self._student._origin_of(self._path)
        found = self._student._request({"do": "get", "path": self._path}, (), {}, origin, self._path)
        if isinstance(found, Held) and found.type_name in LASTING:
            self._student._kept[self._path] = found
        return found


class Held:
    """An object of the student's that stays in the child; it can be called, and its attributes can be called or fetched."""

    def __init__(self, student: Asking, remote: wire.Remote, generation: int, origin: str, words: str, path: str = ""):
        self._student, self._remote, self._generation = student, remote, generation
        self._origin, self._words, self._path = origin, words, path
        self._shapes: dict[str, tuple] = {}  # of the parameters that the grader has put into it

    @property
    def type_name(self) -> str:
        """The name of its class, as the child claims it."""
        return self._remote.type_name

    def __getattr__(self, name: str) -> "Held":
        name = asked_for(name)
        path = f"{self._path}.{name}" if self._path else name
        return Held(self._student, self._remote, self._generation, self._origin, f"{self._words}.{name}", path)

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        words = in_words(self._words, arguments, options)
        return self._ask("call", arguments, options, words)

    def fetch(self) -> Any:
        """The attribute itself (or its value)."""
        return self._ask("get", (), {}, self._words)

    def _ask(self, what: str, arguments: tuple, options: dict, words: str) -> Any:
        if self._generation != self._student._generation:
            raise Crashed(f"{words} could not run: its process had ended before.")
        request = {"do": what, "object": self._remote.handle, "path": self._path}
        if what == "calls":
            request["name"] = self._words
        return self._student._request(request, arguments, options, self._origin, words)


def in_turn(method: Held, rows: list[tuple]) -> list:
    """Call a method once for each tuple of arguments, in one request; for calls between which a check looks at nothing.

    Args:
        method: of an object of the student's, say `scaler.partial_fit`.
        rows: the arguments of each call, of at least one.
    Returns:
        What each call returned. The first exception ends it and is that of the call it belongs to.
    """
    more = len(rows) - 1
    words = in_words(method._words, rows[0], {}) + (f" and {more} more call{'s' if more > 1 else ''}" if more else "")
    return method._ask("calls", tuple(rows), {}, words)


# Functions, since public attributes of these objects are the student's.


def asked_of(held: Held) -> Asking:
    """Whose object it is."""
    return held._student


def remote_of(held: Held) -> wire.Remote:
    """How an object travels."""
    return held._remote


def origin_of(held: Held) -> str:
    """The name in the student's modules that an object came from."""
    return held._origin


def shapes_of(held: Held) -> dict[str, tuple]:
    """The shapes of the parameters that the grader has put into an object."""
    return held._shapes


def words_of(held: Held) -> str:
    """What messages call an object of the student's."""
    return held._words


def rename(held: Held, words: str) -> None:
    """Let messages call an object of the student's something else than the call that made it."""
    held._words = words


def asked_for(name: str) -> str:
    """Refuse names such as `__array__`, which libraries look for: their answer would be the student's."""
    if name.startswith("__") and name.endswith("__"):
        raise AttributeError(name)
    return name


def in_words(name: str, arguments: tuple, options: dict) -> str:
    """A call as the messages write it: small values as they are, tensors by their shape."""
    parts = [_word(value) for value in arguments] + [f"{key}={_word(value)}" for key, value in options.items()]
    return f"{name}({', '.join(parts)})"


def _word(value: Any) -> str:
    if isinstance(value, Held):
        return value._words if len(value._words) < 40 else f"<{value.type_name}>"
    if isinstance(value, torch.Tensor) or hasattr(value, "shape"):
        return f"<{'x'.join(str(size) for size in value.shape) or 'scalar'}>"
    text = repr(value)
    most = 160 if type(value) is dict else 60  # settings are told apart by what they hold
    return text if len(text) <= most else f"<{type(value).__name__}>"
