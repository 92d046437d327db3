"""Python programs that start where PyTorch has been imported already: each in a process of its own, forked from one that has nothing else.

Half of the time of all tests would go into these imports. `Popen` and `run` are those of `subprocess` for whoever starts this Python with
`-m MODULE`, `-c CODE` or a script, and so are they in what is started by them; every other program is started as ever.
`autograder demo`, the archive for Gradescope and an interrupted class run are tried with processes of their own.

    python forked.py SOCKET      is that one process; it ends when its standard input does
"""

import contextlib
import gc
import importlib
import inspect
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest import mock

SERVER = "AUTOGRADER_TESTS_FORK_SERVER"  # where it listens
PRELOADED = (
    "torch",
    "torch._dynamo",
    "torchvision",
    "matplotlib.backends.backend_agg",
    "matplotlib.figure",
    "pytest",
    "click",
    "rich.progress",
    "jinja2",
    "msgspec",
)
GIVEN = list(inspect.signature(subprocess.Popen._execute_child).parameters)[1:]  # they differ with Python's version
LARGEST = 200_000  # bytes of a message
HIGH = 300  # descriptors that nobody asks for
USUAL = subprocess.Popen
HELD: list[subprocess.Popen] = []  # its standard input is open as long as this process lives


class Popen(subprocess.Popen):
    """A process, forked where that is possible; it is not a child of this one, but ends, is awaited and is killed as one."""

    ended: socket.socket | None = None

    def _execute_child(self, *given: Any) -> None:
        asked = dict(zip(GIVEN, given))
        words = asked["args"] if isinstance(asked["args"], (list, tuple)) else []
        if not is_python(words) or asked["preexec_fn"] or not server():
            super()._execute_child(*given)
            return
        environment = os.environ if asked["env"] is None else asked["env"]
        job = {
            "words": [os.fsdecode(word) for word in words[1:]],
            "folder": os.fsdecode(asked["cwd"] or os.getcwd()),
            "environment": {os.fsdecode(name): os.fsdecode(value) for name, value in environment.items()},
            "session": bool(asked["start_new_session"]),
            "descriptors": [0, 1, 2, *asked["pass_fds"]],
        }
        streams = [asked[name] if asked[name] != -1 else own for own, name in enumerate(("p2cread", "c2pwrite", "errwrite"))]
        self.ended = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.ended.connect(server())
        socket.send_fds(self.ended, [json.dumps(job).encode()], [*streams, *asked["pass_fds"]])
        self.pid = int(self.ended.recv(LARGEST))
        self._child_created = True
        self._close_pipe_fds(*(asked[name] for name in ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")))

    def _try_wait(self, wait_flags: int) -> tuple[int, int]:
        if self.ended is None:
            return super()._try_wait(wait_flags)
        self.ended.setblocking(not wait_flags & os.WNOHANG)
        try:
            said = self.ended.recv(LARGEST)
        except BlockingIOError:
            return 0, 0
        self.ended.close()
        return self.pid, int(said or signal.SIGKILL)

    def _internal_poll(self, *given: Any, **more: Any) -> int | None:
        if self.ended is None:
            return super()._internal_poll(*given, **more)
        if self.returncode is None and self._waitpid_lock.acquire(False):
            try:
                pid, status = self._try_wait(os.WNOHANG)
                if pid:
                    self._handle_exitstatus(status)
            finally:
                self._waitpid_lock.release()
        return self.returncode


def is_python(words: Sequence) -> bool:
    """Whether a command starts this Python in a way that a fork can stand for."""
    return len(words) > 1 and str(words[0]) == sys.executable and (words[1] in ("-m", "-c") or str(words[1]).endswith(".py"))


def run(*arguments: Any, **options: Any) -> subprocess.CompletedProcess:
    """`subprocess.run`."""
    with mock.patch.object(subprocess, "Popen", Popen):
        return subprocess.run(*arguments, **options)


def server() -> str:
    """Where the one process listens, which is started for the first who asks; empty where there is none."""
    if SERVER not in os.environ and __name__ != "__main__" and sys.platform == "linux":
        place = Path(tempfile.mkdtemp(prefix="forks-")) / "socket"
        hidden = [name for name in os.environ if name == "PYTHONPATH" or name.startswith("PYTEST")]
        environment = {name: value for name, value in os.environ.items() if name not in hidden} | {"OMP_NUM_THREADS": "1"}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        HELD.append(USUAL([sys.executable, __file__, str(place)], env=environment, **pipes))
        assert HELD[0].stdout.readline(), "the process that forks could not start"
        os.environ[SERVER] = str(place)
    return os.environ.get(SERVER, "")


def serve(place: str) -> None:
    """Import, then fork for whoever asks; in a fork this returns when it is time to run `program`."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(place)
    listener.listen(64)
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    waiting: dict[int, socket.socket] = {}
    with selectors.SelectSelector() as selector:  # it has no descriptor that a fork would have to close
        for source in (listener, ours, sys.stdin):
            selector.register(source, selectors.EVENT_READ)
        os.write(1, b"ready\n")
        while True:
            for key, _ in selector.select():
                if key.fileobj is sys.stdin:
                    shutil.rmtree(Path(place).parent)
                    os._exit(0)
                if key.fileobj is ours:
                    ours.recv(4096)
                    tell(waiting)
                else:
                    connection, _ = listener.accept()
                    try:
                        message, descriptors, _, _ = socket.recv_fds(connection, LARGEST, 64)
                        job = json.loads(message)
                    except (OSError, ValueError):  # who asked has been killed
                        connection.close()
                        continue
                    if (pid := begin(job, descriptors, connection)) == 0:
                        for own in (listener, ours, theirs, connection, *waiting.values()):
                            own.detach()  # they are closed, and their numbers are others' now
                        return
                    waiting[pid] = connection


def tell(waiting: dict[int, socket.socket]) -> None:
    """Say how each process that has ended did so."""
    while waiting:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with waiting.pop(pid) as connection:
            try:
                connection.send(str(status).encode())
            except OSError:
                pass  # nobody wants to know


def begin(job: dict[str, Any], descriptors: list[int], connection: socket.socket) -> int:
    """Fork for one job; 0 in the fork, which is then as a process that has just been started for it."""
    if pid := os.fork():
        for descriptor in descriptors:
            os.close(descriptor)
        try:
            connection.send(str(pid).encode())
        except OSError:
            os.kill(pid, signal.SIGKILL)  # who asked has been killed meanwhile
        return pid
    global program
    program = job["words"]
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if job["session"]:
        os.setsid()
    take_over(job["descriptors"], descriptors)
    os.chdir(job["folder"])
    os.environ.clear()
    os.environ.update(job["environment"])
    return 0


def take_over(numbers: list[int], descriptors: list[int]) -> None:
    """Nothing is open but these, under these numbers."""
    for place, descriptor in enumerate(descriptors):
        os.dup2(descriptor, HIGH + place)
    os.closerange(0, HIGH)
    for place, number in enumerate(numbers):
        os.dup2(HIGH + place, number)
    os.closerange(HIGH, HIGH + len(numbers))


program: list[str] = []


def run_program() -> None:
    """What Python does with its arguments and variables."""
    import runpy

    import torch

    first, *rest = program
    paths = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    sys.path[:0] = [os.getcwd() if first == "-m" else "" if first == "-c" else str(Path(first).parent.absolute()), *paths]
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    if (threads := int(os.environ.get("OMP_NUM_THREADS", os.cpu_count() or 1))) != torch.get_num_threads():
        torch.set_num_threads(threads)
    subprocess.Popen = Popen
    if first == "-m":
        sys.argv = [rest[0], *rest[1:]]
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif first == "-c":
        sys.argv = ["-c", *rest[1:]]
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        exec(compile(rest[0], "<string>", "exec"), vars(main))
    else:
        sys.argv = [first, *rest]
        runpy.run_path(first, run_name="__main__")


if __name__ == "__main__":
    gc.disable()
    sys.path.pop(0)
    for name in PRELOADED:
        with contextlib.suppress(ImportError):  # one that is asked for in vain is missed by whoever needs it
            importlib.import_module(name)
    gc.enable()
    gc.freeze()
    serve(sys.argv[1])
    run_program()
