"""The host side of the warm process: start it, ask it for confined children, learn how they ended."""
import json
import os
import select
import signal
import socket
import subprocess
import tempfile
from dataclasses import dataclass, replace
from typing import IO

from . import isolation as levels
from .faults import SandboxFault

START_TIMEOUT_S = 180       # a cold import of torch from a slow disk
SPAWN_TIMEOUT_S = 30


@dataclass
class Fork:
    """A child just forked: the host's ends of its connection and output, and a handle to kill it by."""

    pid: int
    pidfd: int
    connection: socket.socket
    output: int


class WarmProcess:
    """Starts the zygote at the strongest level that works here, and restarts it when it was lost.

    Args:
        device: `cpu` or `cuda`; what children will compute on.
        require_full: refuse to work with less than full isolation.
        at_most: the level to begin with, for tests of the weaker ones.
    """

    def __init__(self, device: str = "cpu", require_full: bool = False, at_most: levels.Isolation | None = None):
        self.device, self.require_full = device, require_full
        self.candidates = [at_most] if at_most else levels.candidates()
        self.process: subprocess.Popen | None = None
        self.control: socket.socket | None = None
        self.errors: IO[bytes] | None = None
        self.ready = False
        self.start()

    @property
    def isolation(self) -> levels.Isolation:
        """The level in force; waits until the zygote has answered."""
        self.wait_until_ready()
        return self.candidates[0]

    def start(self) -> None:
        """Start the zygote without waiting for it: it imports torch while the host does the same."""
        level = self.candidates[0]
        if self.require_full and level.level != "full":
            raise SandboxFault(f"full isolation was required, but this machine offers only {level}")
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET if os.name == "posix" and
                                                 hasattr(socket, "SOCK_SEQPACKET") else socket.SOCK_DGRAM)
        self.errors = tempfile.TemporaryFile()
        command = levels.command(level, theirs.fileno(), self.device)
        environment = levels.ENVIRONMENT if level.level != "full" else {"PATH": "/usr/bin:/bin"}
        self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, cwd="/",
                                        stdout=subprocess.DEVNULL, stderr=self.errors, env=environment)
        theirs.close()
        self.ready = False

    def wait_until_ready(self) -> None:
        """Wait for the zygote; step down to a weaker level when this one cannot start here.

        Raises:
            SandboxFault: no level works, or full isolation was required.
        """
        while not self.ready:
            reply = self._receive(START_TIMEOUT_S)
            if reply and reply[0].get("ready"):
                self.ready = True
                return
            problem = reply[0].get("error", "") if reply else self._last_words()
            self.close()
            if len(self.candidates) == 1:
                raise SandboxFault(f"the warm process could not start: {problem or 'it gave no reason'}")
            self.candidates.pop(0)
            if self.require_full:
                raise SandboxFault(f"full isolation was required, but it could not start here: {problem}")
            self.candidates[0] = replace(self.candidates[0], missing=f"{self.candidates[0].missing} ({problem})")
            self.start()

    def spawn(self, limits: dict) -> Fork:
        """Fork a confined child; `limits` overrides fields of the level's plan.

        Raises:
            SandboxFault: the zygote did not manage to.
        """
        self.wait_until_ready()
        plan = levels.as_request(levels.plan_for(self.candidates[0], self.device)) | limits
        ours, theirs = socket.socketpair()
        output, their_output = os.pipe()
        try:
            message = json.dumps({"do": "spawn", "plan": plan}).encode()
            socket.send_fds(self._control(), [message], [theirs.fileno(), their_output])
            reply = self._receive(SPAWN_TIMEOUT_S)
        except OSError:
            reply = None
        finally:
            theirs.close()
            os.close(their_output)
        if not reply or "pid" not in reply[0]:
            ours.close()
            os.close(output)
            raise SandboxFault(f"no child could be forked: {reply[0].get('error') if reply else 'the warm process is gone'}")
        return Fork(reply[0]["pid"], reply[1], ours, output)

    def how_it_ended(self, pid: int) -> dict:
        """Exit status or signal of a child that has ended, with its processor time and peak memory."""
        try:
            self._control().send(json.dumps({"do": "wait", "pid": pid}).encode())
            reply = self._receive(SPAWN_TIMEOUT_S)
        except OSError:
            reply = None
        return reply[0] if reply else {}

    def alive(self) -> bool:
        """Whether the zygote still runs."""
        return self.process is not None and self.process.poll() is None

    def restart(self) -> None:
        """Replace the zygote, for instance after it was killed."""
        self.close()
        self.start()

    def close(self) -> None:
        """End the zygote and with it every child."""
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
        readable, _, _ = select.select([control], [], [], timeout_s)
        if not readable:
            return None
        try:
            data, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 1)
        except OSError:
            return None
        return (json.loads(data), descriptors[0] if descriptors else -1) if data else None

    def _last_words(self) -> str:
        if self.errors is None:
            return ""
        self.errors.seek(0)
        lines = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else ""
