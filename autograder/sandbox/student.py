"""What a hidden check sees of a submission: names that can be called, objects that stay in the child, plain values.

    model = student.models.line.Line(2.0, 1.0)                   # a `Held` object: it lives in the child
    scores = model(images)                                       # a tensor: it was copied out
    student.probe("load", model, weights)                        # a service of the kit, see confined/probes.py

Every fault of the student's code arrives as a `StudentFault` whose message its author can read.
"""

import functools
import weakref
from typing import Any, cast
from collections.abc import Callable


from . import device_words, probe_replies
from .channel import Channel
from ..submission import diagnosis
from .confined import wire
from .faults import Crashed, Missing, StudentFault, TimedOut
from .held import Held, Name, asked_for, asked_of, in_words, origin_of, remote_of, shapes_of, words_of
from .kinds import kinds_of
from .limits import Limits
from .own_time import CLOCK_S
from .reports import fault_from
from .warm import WarmProcess


LEAST_S = 0.05  # of a call, however little of the check's time is left
# A child gets what Python code may want to read; a checkpoint travels only to the check that asks for it.
SENT_SUFFIXES = (".py", ".cfg", ".json", ".toml", ".txt", ".csv", ".yaml", ".yml", ".ini", ".ipynb")


class Student:
    """The modules of one submission while one problem is graded.

    Args:
        warm: the process that forks children.
        files: the submission's files of the part by relative path, as vetted.
        required: the files that the problem's author must hand in, for messages.
        setup: declared top-level names, seed and device for the child.
        limits: what the child may use.
    """

    def __init__(
        self,
        warm: WarmProcess,
        files: dict[str, bytes],
        required: list[str],
        setup: dict,
        limits: Limits,
    ):
        self._warm, self._files, self._required, self._setup, self._limits = warm, files, required, setup, limits
        self._channel: Channel | None = None
        self._generation = 0
        self._given_up: dict[str, StudentFault] = {}
        self._imported: set[str] = set()
        self._kept: dict[str, Held] = {}  # functions and classes by their dotted names
        self._timeouts = 0
        self._check_s = self._left_s = limits.check_s
        self._problem_left_s = limits.problem_s
        self._forgotten: list[tuple[int, int]] = []  # generation and number of objects that nobody here holds any more
        self.printed = b""
        self.asked: set[str] = set()  # files that checks have asked for something
        self.notes_answers = False  # to look at all that comes back takes a tenth of the judging: only where a check has stumbled
        self.answers: list[tuple[str, frozenset[str]]] = []  # of the check at hand: each call in words, the kinds of what came back

    def __getattr__(self, name: str) -> "Name":
        return Name(self, asked_for(name))

    def start_check(self, seconds: float | None = None) -> None:
        """Give the next check its own time; only waiting for the student's code uses it up, our own computing does not."""
        self._check_s = self._left_s = seconds or self._limits.check_s
        self.answers = []

    @property
    def used_s(self) -> float:
        """Seconds of its own time that the student's code has used for this problem."""
        return self._limits.problem_s - self._problem_left_s

    def probe(self, name: str, *arguments: Any, **options: Any) -> Any:
        """Call a service of the kit (`confined/probes.py`) on the student's objects."""
        about = next((argument for argument in arguments if isinstance(argument, Held)), None)
        origin, words = (origin_of(about), f"Running {words_of(about)}") if about is not None else ("", "a model of ours")
        reply = self._request({"do": "call", "probe": name}, arguments, options, origin, words)
        reply = probe_replies.vetted(name, arguments, reply, words, shapes_of(about) if about is not None else {})
        if name == "load" and about is not None:
            shapes_of(about).update({which: tuple(value.shape) for which, value in arguments[1].items()})
        return reply

    def file(self, path: str) -> bytes | None:
        """The content of a file that was handed in, or None."""
        self.asked.add(path)
        return self._files.get(path)

    def _request(self, request: dict, arguments: tuple, options: dict, origin: str, words: str) -> Any:
        if origin in self._given_up:
            raise self._given_up[origin]
        if self._timeouts >= self._limits.timeouts:
            raise TimedOut(f"{words} was not tried: earlier calls of this problem had run out of time.")
        self._expect_time(words)
        message = request | {
            "forget": self._take_forgotten(),
            "arguments": [self._sent(value, words) for value in arguments],
            "options": {key: self._sent(value, words) for key, value in options.items()},
        }
        try:
            reply = self._ask(message, words)
        except (Crashed, TimedOut) as fault:
            self._timeouts += isinstance(fault, TimedOut)
            self._given_up[origin] = fault
            if module := self._not_yet_imported(request):
                fault.message += f"\n{hint}" if (hint := diagnosis.runs_at_import(module, self._files[module])) else ""
            self._generation += 1
            raise
        if "error" in reply:
            words = _call_at(reply["error"], request, arguments, words)
            raised = fault_from(reply["error"], words, origin, self._files)
            if device_words.breaks_the_process(raised.details) and self._setup["device"] != "cpu" and self._channel is not None:
                self._channel.kill()  # what comes next gets a child whose device works: one mistake costs its own points
                self._generation += 1
            raise raised
        if self.notes_answers:
            self.answers.append((words, kinds_of(reply["value"])))
        if module := self._not_yet_imported(request):
            self._imported.add(module)
        return self._received(reply["value"], origin, words)

    def _not_yet_imported(self, request: dict) -> str:
        """The file that a request is the first to need; empty when it has been imported, or when the request needs none."""
        parts = request.get("path", "").split(".") if "object" not in request else []
        files = ("/".join(parts[:length]) + ".py" for length in range(len(parts), 0, -1))
        module = next((file for file in files if file in self._files), "")
        return "" if module in self._imported else module

    def _ask(self, message: dict, words: str) -> dict:
        channel = self._open_channel()  # setting up is our time, not the student's
        limit = f"{self._check_s:.3g} seconds"
        if self._problem_left_s < self._left_s:
            limit = f"the {self._limits.problem_s:.3g} seconds that all checks of a problem have together"
        try:
            return channel.ask(message, max(min(self._left_s, self._problem_left_s), LEAST_S), words, limit)
        finally:
            self._left_s -= channel.own_s
            self._problem_left_s -= channel.own_s

    def _expect_time(self, words: str) -> None:
        """Refuse a call when earlier ones have used up the time; their process goes on, and the next check has its own time."""
        if self._problem_left_s <= CLOCK_S:
            raise TimedOut(
                f"{words} was not tried: the {self._limits.problem_s:.3g} seconds that all checks of a problem have "
                "together were used up."
            )
        if self._left_s <= CLOCK_S:
            raise TimedOut(f"{words} was not tried: earlier calls had used up the {self._check_s:.3g} seconds that this check has.")

    def _take_forgotten(self) -> list[int]:
        """The numbers of objects that the child may let go of."""
        taken = [number for generation, number in self._forgotten if generation == self._generation]
        self._forgotten.clear()
        return taken

    def _sent(self, value: Any, words: str) -> Any:
        """An argument as it travels; an object of a child that has died must not be taken for one of its successor."""
        if isinstance(value, Held):
            if value._generation != self._generation:
                raise Crashed(f"{words} could not run: the process of {words_of(value)} had ended before.")
            return remote_of(value)
        if type(value) is str:
            self.asked |= self._files.keys() & {value, f"{value.replace('.', '/')}.py"}
        if type(value) in (list, tuple):
            return type(value)(self._sent(item, words) for item in value)
        if isinstance(value, dict):
            return {key: self._sent(item, words) for key, item in value.items()}
        return value

    def _open_channel(self) -> Channel:
        if self._channel is None or not self._channel.alive:
            self._keep_printed()
            self._channel = Channel(self._warm, self._limits, first_frame(self))
        return self._channel

    def _received(self, value: Any, origin: str, words: str) -> Any:
        if isinstance(value, wire.Remote):
            weakref.finalize(value, self._forgotten.append, (self._generation, value.handle)).atexit = False
            return Held(self, value, self._generation, origin, words)
        if type(value) in (list, tuple):
            return type(value)(self._received(item, origin, words) for item in value)
        if type(value) is dict:
            return {key: self._received(item, origin, words) for key, item in value.items()}
        return value

    def _origin_of(self, path: str) -> str:
        """The part of a dotted path up to the first name in a module; raises when the module was not handed in."""
        parts = path.split(".")
        for length in range(len(parts), 0, -1):
            if (file := "/".join(parts[:length]) + ".py") in self._files:
                self.asked.add(file)
                return ".".join(parts[: length + 1])
        raise Missing(diagnosis.missing_file(path, self._files, self._required))

    def _keep_printed(self) -> None:
        if self._channel is not None:
            self.printed += bytes(self._channel.printed)
            self._channel.printed.clear()

    def close(self) -> None:
        """End the child."""
        if self._channel is not None:
            self._channel.kill()
            self._keep_printed()
            self._channel = None


def _call_at(report: Any, request: dict, rows: tuple, words: str) -> str:
    """Which of several calls in one request an error belongs to, in words."""
    at = report.get("at") if request["do"] == "calls" and type(report) is dict else None
    return in_words(request["name"], rows[at], {}) if type(at) is int and 0 <= at < len(rows) else words


def begin_anew(student: Student) -> None:
    """Go on with a fresh child: for what a student's code keeps in its process, which one check names and others need not suffer."""
    student.close()
    student._generation += 1


def channel_of(student: Student, limits: Limits) -> Channel | None:
    """To the child of a student's modules, where it lives, has these limits, and no call has ended badly in it."""
    channel = student._channel
    usable = channel is not None and channel.alive and limits == student._limits and not student._given_up and not student._timeouts
    return channel if usable else None


def has_printed(student: Student) -> bool:
    """Whether a student's code has printed anything since its problem began; it is kept for staff."""
    return bool(student.printed) or student._channel is not None and student._channel.has_printed()


def first_frame(student: Student) -> dict:
    """What a child of a student's modules is told first."""
    return student._setup | {"files": {name: data for name, data in student._files.items() if name.endswith(SENT_SUFFIXES)}}


def limits_of(student: Student) -> Limits:
    """What a child of a student's modules may use."""
    return student._limits


def hand_on(earlier: Student, later: Student) -> None:
    """Give the child of a student's modules to those of the next problem."""
    earlier._channel, later._channel = None, earlier._channel


def student_of(held: Held) -> Student:
    """Whose object it is."""
    return cast(Student, asked_of(held))


def generation_of(student: Student) -> int:
    """How many children the submission has lost: what an earlier one held is gone."""
    return student._generation


def watch(student: Student, around: Callable[..., Any]) -> None:
    """Send every request through `around(ask, request, arguments, options, origin, words)`, for staff who want to see what crosses.

    Args:
        around: returns (or raises) what `ask(request, arguments, options, origin, words)` does.
    """
    student._request = functools.partial(around, functools.partial(Student._request, student))  # type: ignore[method-assign]
