"""The host side of the warm process: start it, ask it for confined children, learn how they ended."""

import json
import os
import select
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from . import isolation as levels
from .faults import SandboxFault

START_TIMEOUT_S = 180  # a cold import of torch from a slow disk
SPAWN_TIMEOUT_S = 30
ENDING_S = 5  # between the end of its connection and its own


_lasting = ThreadPoolExecutor(1, "starts-warm-processes")  # its thread ends with this process


def _start(command: list[str], **options: Any) -> subprocess.Popen:
    """Start a program that is to end with this process; for `--die-with-parent` that is the thread which starts it (prctl(2))."""
    if threading.current_thread() is threading.main_thread():
        return subprocess.Popen(command, **options)
    return _lasting.submit(lambda: subprocess.Popen(command, **options)).result()


@dataclass
class Fork:
    """A child just forked: the host's ends of its connection and output, and a handle to kill it by."""

    pid: int
    pidfd: int
    connection: socket.socket
    output: int


@dataclass
class _Ordered:
    """A child that was asked for: its plan, the host's ends, and the fork or the reason why there is none."""

    plan: str
    connection: socket.socket
    output: int
    outcome: Fork | str | None = None

    def close(self) -> None:
        """Let go of the host's ends once."""
        if isinstance(self.outcome, Fork) and self.outcome.pidfd >= 0:
            os.close(self.outcome.pidfd)
        if self.output >= 0:
            self.connection.close()
            os.close(self.output)
            self.output = -1


class WarmProcess:
    """Starts the warm process at the strongest level that works here, and restarts it when it was lost.

    Args:
        device: `cpu` or `cuda`; what children will compute on.
        require_full: refuse to work with less than full isolation.
        at_most: the level to begin with, for tests of the weaker ones.
        services: folders with services of a course, by the names of its parts; see `confined/services.py`.
    """

    def __init__(
        self,
        device: str = "cpu",
        require_full: bool = False,
        at_most: levels.Isolation | None = None,
        services: Mapping[str, Path] | None = None,
    ):
        self.device, self.require_full, self.services = device, require_full, services or {}
        self.candidates = [at_most] if at_most else levels.candidates()
        self.process: subprocess.Popen | None = None
        self.control: socket.socket | None = None
        self.errors: IO[bytes] | None = None
        self.ahead: _Ordered | None = None
        self.ready = self.lost = False
        self.worked = False  # the level has worked before
        self.careful = device != "cpu"  # without a gradient in the warm process: it would open the GPU's driver
        self.start()

    @property
    def isolation(self) -> levels.Isolation:
        """The level in force, which stays what it was when the warm process is lost; waits until the first one has answered."""
        if not self.worked:
            self.wait_until_ready()
        return self.candidates[0]

    def services_of(self, name: str) -> str:
        """Where a child finds the services of a part; empty where it has none."""
        return levels.services_folder(self.isolation, name, self.services[name]) if name in self.services else ""

    def start(self) -> None:
        """Start the warm process without waiting for it: it imports torch while the host does the same."""
        level = self.candidates[0]
        if self.require_full and level.level != "full":
            raise SandboxFault(f"full isolation was required, but this machine offers only {level}")
        self.control, theirs = socket.socketpair(
            socket.AF_UNIX, socket.SOCK_SEQPACKET if os.name == "posix" and hasattr(socket, "SOCK_SEQPACKET") else socket.SOCK_DGRAM
        )
        self.errors = tempfile.TemporaryFile()
        command = levels.command(level, theirs.fileno(), self.device, self.services, self.careful)
        environment = levels.environment(level, self.device) if level.level != "full" else {"PATH": "/usr/bin:/bin"}
        try:
            # A session of its own: no terminal to write to or to get Ctrl-C from.
            self.process = _start(
                command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                cwd="/",
                stdout=subprocess.DEVNULL,
                stderr=self.errors,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            self.close()
            raise SandboxFault(f"the warm process could not be started ({error.strerror}: {error.filename})") from None
        finally:
            theirs.close()
        self.ready = self.lost = False

    def wait_until_ready(self) -> None:
        """Wait for the warm process; step down to a weaker level when this one cannot start here.

        One that has grown a thread, as the driver of a GPU starts it, is first started again without what made it grow.

        Raises:
            SandboxFault: no level works, or full isolation was required.
        """
        while not self.ready:
            reply = self._receive(START_TIMEOUT_S)
            if reply and reply[0].get("ready"):
                self.ready = self.worked = True
                return
            problem = (reply[0].get("error") if reply else self._last_words()) or "it gave no reason"
            killed = not reply and self._was_killed()
            self.close()
            if reply and reply[0].get("unsafe_fork") and not self.careful:
                self.careful = True  # slower children are better than less confined ones
                self.start()
                continue
            if killed or self.worked:  # by lack of memory, perhaps: no reason to confine students less from now on
                raise SandboxFault(f"the warm process was ended while it started: {problem}")
            if len(self.candidates) == 1:
                raise SandboxFault(f"the warm process could not start: {problem}")
            self.candidates.pop(0)
            if self.require_full:
                raise SandboxFault(f"full isolation was required, but it could not start here: {problem}")
            self.candidates[0] = replace(self.candidates[0], missing=f"{self.candidates[0].missing} ({problem})")
            self.start()

    def spawn(self, limits: dict) -> Fork:
        """A confined child; `limits` overrides fields of the level's plan.

        The next child with the same limits is forked ahead while the caller works with this one: it then waits, fresh and
        without any student's files, until it is needed.

        Raises:
            SandboxFault: the warm process did not manage to.
        """
        self.wait_until_ready()
        plan = json.dumps(levels.as_request(levels.plan_for(self.candidates[0], self.device)) | limits)
        ahead = self.ahead if self.ahead is not None and self.ahead.plan == plan else self._order(plan)
        self._settle(ahead)
        self.ahead = None
        if not isinstance(ahead.outcome, Fork):
            raise SandboxFault(f"no child could be forked: {ahead.outcome}")
        self._order(plan)
        return ahead.outcome

    def _order(self, plan: str) -> "_Ordered":
        """Ask for a child without waiting for it."""
        self._discard_ahead()
        ours, theirs = socket.socketpair()
        output, their_output = os.pipe()
        self.ahead = _Ordered(plan, ours, output)
        try:
            message = json.dumps({"do": "spawn", "plan": json.loads(plan)}).encode()
            socket.send_fds(self._control(), [message], [theirs.fileno(), their_output])
        except OSError:
            self.ahead.outcome = "the warm process is gone"
        finally:
            theirs.close()
            os.close(their_output)
        return self.ahead

    def _settle(self, ordered: "_Ordered | None") -> None:
        """Wait for the answer to an order, so that the control socket is free for the next question."""
        if ordered is None or ordered.outcome is not None:
            return
        reply = self._receive(SPAWN_TIMEOUT_S)
        if reply and "pid" in reply[0] and reply[1] < 0 and self.candidates[0].level == "full":
            ordered.close()
            ordered.outcome = "its handle got lost; its number means nothing outside of its namespace"
        elif reply and "pid" in reply[0]:
            ordered.outcome = Fork(reply[0]["pid"], reply[1], ordered.connection, ordered.output)
        else:
            ordered.close()
            ordered.outcome = str(reply[0].get("error")) if reply else "the warm process is gone"

    def _discard_ahead(self) -> None:
        """Let a child that was forked ahead go; it ends when its connection closes."""
        if self.ahead is not None:
            self._settle(self.ahead)
            self.ahead.close()
            self.ahead = None

    def how_it_ended(self, pid: int) -> dict:
        """Exit status or signal of a child that has ended, with its processor time and peak memory."""
        try:
            self._settle(self.ahead)
            self._control().send(json.dumps({"do": "wait", "pid": pid}).encode())
            reply = self._receive(SPAWN_TIMEOUT_S)
        except OSError:
            reply = None
        return reply[0] if reply else {}

    def alive(self) -> bool:
        """Whether the warm process still runs and answers."""
        return self.process is not None and not self.lost and self.process.poll() is None

    def restart(self) -> None:
        """Replace the warm process, for instance after it was killed."""
        self.close()
        self.start()

    def close(self) -> None:
        """End the warm process and with it every child."""
        if self.ahead is not None:
            self.ahead.close()
            self.ahead = None
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None
        if self.control is not None:
            self.control.close()
            self.control = None
        if self.errors is not None:
            self.errors.close()
            self.errors = None
        self.ready = False

    def _control(self) -> socket.socket:
        if self.control is None:
            raise SandboxFault("the warm process was closed")
        return self.control

    def _receive(self, timeout_s: float) -> tuple[dict, int] | None:
        control = self._control()
        poll = select.poll()
        poll.register(control, select.POLLIN)
        try:
            data, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 1) if poll.poll(timeout_s * 1000) else (b"", [], 0, "")
        except OSError:
            data = b""
        if not data:  # too late, too: an answer that comes later would be taken for the next one's
            self.lost = True
            return None
        return json.loads(data), descriptors[0] if descriptors else -1

    def _was_killed(self) -> bool:
        """Whether it ended by a signal, or has not ended at all; bubblewrap gives 128 and the signal as its own exit status."""
        assert self.process is not None
        try:
            status = self.process.wait(ENDING_S)
        except subprocess.TimeoutExpired:
            return True
        return not 0 <= status < 128

    def _last_words(self) -> str:
        if self.errors is None:
            return ""
        self.errors.seek(0)
        lines = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else ""
