"""The confined child: receives one submission's files, confines itself, and answers one request after the other.

Everything in this process may be twisted by the student's code once that has been imported. That is fine: only values
leave it, and they are judged elsewhere.
"""

import builtins
import contextlib
import gc
import io
import linecache
import os
import random
import resource
import socket
import sys
import tempfile
import traceback
from dataclasses import astuple
from typing import Any
from collections.abc import Sequence

import numpy as np
import torch

from . import confine, modules, numerics, probes, services, wire
from .as_found import AsFound
from .bounds import Bounds, unbounded
from .disk import HOME, Disk, temporary, write_files
from .frames import receive, send

TEXT_LIMIT = 2000
RSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024  # of getrusage(2)
LARGE_BYTES = 1 << 30  # of memory in use, what this process shares with others included


class Child:
    """Holds the student's objects by number and answers requests about them."""

    def __init__(
        self,
        connection: socket.socket,
        root: str,
        device: str,
        output: list[io.TextIOWrapper],
        own_services: dict[str, Any] | None = None,
        bounds: Sequence[int] = astuple(unbounded()),
        places: Sequence[str] = (),
    ):
        self.connection, self.root, self.device, self.output, self.bounds = connection, root, device, output, bounds
        self.services = vars(probes) | (own_services or {})
        self.objects: dict[int, Any] = {}
        self.number = 0
        self.at: int | None = None  # the call at hand of a request for several
        self.places = places  # besides the home, that only this child can write to
        self.as_found, self.disk = AsFound(), Disk(root, places)

    def serve(self) -> None:
        """Answer until the other side closes the connection."""
        while (request := receive(self.connection)) is not None:
            reply, self.at = {"id": request["id"]}, None
            self.forget(request.get("forget", []))
            try:
                reply["value"] = self.answer(request)
                buffers = wire.pack(reply, self.keep, Bounds(*self.bounds))
            except BaseException as error:  # SystemExit and KeyboardInterrupt of a student's code, too
                at: dict[str, int] = {} if self.at is None else {"at": self.at}
                buffers = wire.pack({"id": request["id"], "error": safely_described(error, self.root) | at})
            for stream in self.output:
                with contextlib.suppress(OSError, ValueError):  # they may have closed it
                    stream.flush()  # a line without an end, too: the next thing that happens may be SIGKILL
            send(self.connection, buffers)

    def forget(self, numbers: list[int]) -> None:
        """Let go of objects that no check holds any more: a large model must not keep its memory from the next."""
        for number in numbers:
            self.objects.pop(number, None)
        if numbers and self.grown():
            gc.collect()  # what refers to itself would stay for as long as nothing else is made

    def grown(self) -> bool:
        """Whether the process has become so large that looking for what is not needed pays."""
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < LARGE_BYTES / RSS_UNIT_BYTES:
            return False  # without opening a file, several times a check
        with contextlib.suppress(OSError, IndexError, ValueError), open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize() > LARGE_BYTES
        return False

    def answer(self, request: dict) -> Any:
        """Carry out one request."""
        if request["do"] == "begin":
            return self.begin(request["seed"], request.get("part"))
        arguments = [self.local(value) for value in request.get("arguments", [])]
        options = {name: self.local(value) for name, value in request.get("options", {}).items()}
        target = self.target(request)
        if request["do"] == "calls":
            answers = [self.called(target, number, row) for number, row in enumerate(arguments)]
            self.at = None  # what cannot travel of these belongs to all of them
            return answers
        return target(*arguments, **options) if request["do"] == "call" else target

    def called(self, target: Any, number: int, row: Sequence[Any]) -> Any:
        """What one of several calls returns."""
        self.at = number
        return target(*row)

    def begin(self, seed: int, part: dict | None) -> bool:
        """Begin another problem of the same submission, as a fresh child would; returns whether this one can.

        Args:
            seed: of the problem.
            part: files, declared names and services, where the problem is one of another part.
        """
        self.objects.clear()
        modules.forget(self.root, part["declared"] if part else ())  # each problem's code finds them as they are when imported
        if self.grown():
            gc.collect()
        if self.device != "cpu" and torch.cuda.is_initialized():
            torch.cuda.empty_cache()  # what the problem before needed is not held against the next
        self.disk.clear_temporary()
        if self.as_found.changes() or self.disk.changed():
            return False
        if part is not None:
            self.turn_to(part)
        seed_everything(seed, self.device)
        return True

    def turn_to(self, part: dict) -> None:
        """Have another part's files, names and services in the place of those at hand."""
        modules.leave(self.root)
        write_files(os.path.dirname(self.root), part["files"])
        self.services = vars(probes) | services.load(part.get("services", ""))
        modules.prepare(self.root, part["declared"], part.get("packages", []))
        self.as_found, self.disk = AsFound(), Disk(self.root, self.places)

    def target(self, request: dict) -> Any:
        """What the request is about: a kit probe, an object held here, or a name in the student's modules."""
        if "probe" in request:
            return self.services[request["probe"]]
        if "object" not in request:
            return modules.resolve(self.root, request["path"])
        found = self.objects[request["object"]]
        for name in request["path"].split(".") if request["path"] else []:
            found = found[int(name)] if name.isdigit() else getattr(found, name)
        return found

    def local(self, value: Any) -> Any:
        """A received value as the student's code sees it: objects by number, tensors on the device."""
        kind = type(value)
        if kind is wire.Remote:
            return self.objects[value.handle]
        if kind is torch.Tensor and self.device != "cpu":
            return value.to(self.device)
        if kind in (list, tuple):
            return kind(self.local(item) for item in value)
        if kind is dict:
            return {key: self.local(item) for key, item in value.items()}
        return value

    def keep(self, value: Any) -> wire.Remote:
        """Hold an object that has no plain form; a model moves to the device of the run."""
        if self.device != "cpu" and isinstance(value, torch.nn.Module):
            value.to(self.device)  # in place: parameters stay the same objects
        number, self.number = self.number, self.number + 1
        self.objects[number] = value
        return wire.Remote(number, type(value).__name__[:200])


def main(connection: socket.socket, plan: confine.Plan) -> None:
    """Set everything up, say so, import nothing of the student's before that, then serve."""
    if plan.namespaces:
        confine.enter_namespaces(plan, HOME)
    else:
        os.setsid()  # a group of its own, so that what it starts can be ended with it
    setup = receive(connection)
    if setup is None:
        return
    home = HOME if plan.namespaces else setup["home"]
    root = write_files(home, setup["files"])
    if plan.namespaces:
        confine.enter_user_namespace()
    seed_everything(setup["seed"], setup["device"])
    tempfile.tempdir = temporary(home)
    os.environ.update(HOME=home, TMPDIR=tempfile.tempdir)
    output = redirect_output()
    own_services = services.load(setup.get("services", ""))
    modules.prepare(root, setup["declared"], setup.get("packages", []))
    numerics.settle(setup["device"])
    confine.limit_resources(plan)
    shared_memory = ["/dev/shm"] if plan.namespaces else []
    if sys.platform == "linux":
        also = ["/tmp"] if plan.namespaces and not confine.python_in_tmp(plan) else []  # its own folder by another name
        confine.give_up_rights(plan, [home, *shared_memory, *also])
    send(connection, wire.pack({"ready": True}))
    Child(connection, root, setup["device"], output, own_services, setup["bounds"], shared_memory).serve()


def seed_everything(seed: int, device: str = "cpu") -> None:
    """Give every child random numbers of its own: a fork would inherit the same state."""
    random.seed(seed)
    np.random.seed(seed % (1 << 32))
    torch.default_generator.manual_seed(seed)
    if device != "cpu":
        torch.manual_seed(seed)  # for every GPU, when it is first used; only to note that takes 5 ms


def redirect_output() -> list[io.TextIOWrapper]:
    """Send text line by line, so that what a killed child printed is not lost; there is nothing to read from."""
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    streams: list[io.TextIOWrapper] = []
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        raw = io.FileIO(descriptor, "w", closefd=False)
        stream = io.TextIOWrapper(io.BufferedWriter(raw), "utf-8", "backslashreplace", line_buffering=True)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
        streams.append(stream)
    return streams


def safely_described(error: BaseException, root: str) -> dict:
    """The same as `describe`, also for an exception whose class was written so that looking at it fails."""
    try:
        return describe(error, root)
    except BaseException:
        return {"kind": "exception", "type": "Exception", "text": "(the exception cannot be read)", "builtin": False}


def describe(error: BaseException, root: str) -> dict:
    """An exception in plain words and places: type, text, and the line of the student's code where it arose."""
    if isinstance(error, modules.NoSuchName):
        return {"kind": "no such name", "text": error.name, "present": error.present}
    kind = _plain(type(error).__name__, 100)
    found: dict[str, Any] = {"kind": "exception", "type": kind, "text": _text_of(error)}
    found["builtin"] = getattr(builtins, type(error).__name__, None) is type(error)
    own = [frame for frame in traceback.extract_tb(error.__traceback__)[-200:] if frame.filename.startswith(root)]
    if isinstance(error, SyntaxError) and str(error.filename).startswith(root):
        found.update(
            file=os.path.relpath(str(error.filename), root),
            line=error.lineno or 0,
            code=_plain(error.text or "", 200).rstrip(),
            text=_plain(str(error.msg), TEXT_LIMIT),
        )
    elif own:
        line = linecache.getline(own[-1].filename, own[-1].lineno or 0)
        found.update(file=os.path.relpath(own[-1].filename, root), line=own[-1].lineno or 0, code=line.rstrip()[:200])
    return found


def _text_of(error: BaseException) -> str:
    try:
        return _plain(str(error), TEXT_LIMIT)
    except BaseException:
        return "(its text cannot be read)"


def _plain(text: str, most: int) -> str:
    """The beginning of a text as exactly a `str`: a subclass of the student's could not travel, and hundreds of MB need no walk."""
    return str.__getitem__(text, slice(most))
