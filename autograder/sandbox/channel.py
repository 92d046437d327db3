"""The host's end of one confined child: requests out, answers in, one deadline for each, and the child's death.

Whatever arrives is checked frame by frame. Any doubt ends the child: a broken frame, an answer nobody asked for, too many
bytes, too much memory, no answer in time.
"""

import contextlib
import os
import secrets
import signal
import tempfile
from dataclasses import astuple

from . import own_time, processes
from .confined import wire
from .exchange import Exchange, Late, PIPE_BYTES, Starved, TooMuch, keep
from .faults import Crashed, SandboxFault, StudentFault, TimedOut
from .limits import Limits
from .warm import Fork, WarmProcess

ENDING_S = 1.0  # between the end of a child's connection and the end of the child, of the child's own time


class Channel:
    """Talks to one child until that is closed or dies.

    Args:
        warm: where the child is forked.
        limits: what it may use.
        setup: the first frame: files, declared names, seed and device.
    Raises:
        SandboxFault: the child could not be set up; the student's code has not run yet.
    """

    def __init__(self, warm: WarmProcess, limits: Limits, setup: dict):
        self.warm, self.limits = warm, limits
        self.fork: Fork | None = warm.spawn(limits.plan())
        self.host_pid, self.on_gpu = processes.host_pid(self.fork), warm.device != "cpu"
        self.clocks = processes.Clocks(self.host_pid)
        self.level = warm.isolation.level
        # Without namespaces the child's disk is a folder of this machine, which has to be cleared away when the child has ended.
        self.folder = (
            None if self.level == "full" else tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True)
        )
        setup = setup | {"home": self.folder.name} if self.folder else setup
        setup = setup | {"bounds": list(astuple(limits.bounds()))}
        self.fork.connection.setblocking(False)
        os.set_blocking(self.fork.output, False)
        self.printed = bytearray()
        self.unread = bytearray()  # received, and not yet part of an answer
        self.resident_at_start_mib = 0.0
        self.own_s = 0.0  # of the last request: what it took of the child's own time
        try:
            hello = self._exchange(wire.pack(setup), 30, "starting", "30 seconds")
        except StudentFault as error:
            words = bytes(self.printed[-500:]).decode("utf-8", "replace").strip().splitlines()
            raise SandboxFault(f"a child could not be set up: {words[-1] if words else error.message}") from None
        if hello.get("ready") is not True:
            self.kill()
            raise SandboxFault("a child could not be set up: it did not say that it was ready")
        self.resident_at_start_mib = processes.resident_mib(self.fork)

    @property
    def alive(self) -> bool:
        """Whether the child can still be asked."""
        return self.fork is not None

    def ask(self, request: dict, timeout_s: float, what: str, limit: str) -> dict:
        """Send one request and return the answer, a dict with `value` or `error`.

        Args:
            request: the message without its id.
            timeout_s: seconds of the child's own time until an answer must have arrived completely.
            what: the call in words, for messages.
            limit: the limit of the whole check or problem in words, for messages; what is left of it would differ from run to run.
        Raises:
            TimedOut: no answer in time; the child is dead now.
            Crashed: the child died or broke the protocol; it is dead now.
        """
        number = secrets.token_hex(8)
        reply = self._exchange(wire.pack({"id": number, **request}), timeout_s, what, limit)
        if reply.get("id") != number or not ({"value", "error"} & reply.keys()) or len(reply) != 2:
            self.kill()
            raise Crashed(f"{what} sent the grader something it had not asked for.")
        return reply

    def _exchange(self, buffers: list, timeout_s: float, what: str, limit: str) -> dict:
        if self.fork is None:
            raise Crashed(f"{what} could not run: its process had ended before.")
        exchange = Exchange(self, self.fork, buffers)
        try:
            try:
                header, body = exchange.run(timeout_s)
            finally:
                self.own_s = exchange.own_s()  # before it is killed: then nothing is left to ask
            return wire.unpack(header, body, self.limits.bounds())
        except Late as late:
            self.own_s = max(self.own_s, timeout_s)  # all of it, whatever the clocks have counted twice
            self.kill()
            raise TimedOut(f"{what} gave no answer within {limit}{late.hint}.") from None
        except Starved as starved:
            self.kill()
            raise SandboxFault(str(starved)) from None
        except TooMuch as error:
            self.kill()
            raise Crashed(f"{what} {error}.") from None
        except wire.WireError as error:
            self.kill()
            raise Crashed(f"{what} sent the grader a broken answer: {error}.") from None
        except OSError:
            raise self._obituary(what, timeout_s) from None

    def _obituary(self, what: str, timeout_s: float) -> StudentFault:
        """The child has closed its connection: find out why."""
        fork = self.fork
        assert fork is not None
        by_itself = self._ends_by_itself(fork)
        self._end(fork)
        end = self.warm.how_it_ended(fork.pid)
        self.close()
        if not end:  # the warm process answers this whatever a child has done
            raise SandboxFault("the warm process died")
        if not by_itself:
            return Crashed(f"{what} closed its connection to the grader.")
        if end.get("cpu_s", 0) >= self.limits.cpu_s - 1:
            return TimedOut(f"{what} used up the {self.limits.cpu_s} seconds of processor time that a problem has.")
        if end.get("exit") is not None:
            return Crashed(f"{what} ended the whole program with exit status {end['exit']}; a function should return or raise.")
        if self._killed_from_outside(end):
            raise SandboxFault("a child was killed from outside; is this machine short of memory?")
        name = signal.Signals(end["signal"]).name if end.get("signal") else "an unknown signal"
        return Crashed(f"{what} was killed by {name}{_SIGNAL_HINTS.get(name, '')}.")

    def _ends_by_itself(self, fork: Fork) -> bool:
        """Whether the child is gone or goes now; to give back much memory takes long on a busy machine."""
        start = self.clocks.reading()
        while not processes.has_ended(fork, ENDING_S / 10):
            if own_time.verdict(start, self.clocks.reading(), ENDING_S) is not own_time.Verdict.WAIT:
                return False
        return True

    def _killed_from_outside(self, end: dict) -> bool:
        """Whether somebody else ended a child that was far from its own limit of memory.

        seccomp lets a child neither send itself this signal nor give itself a limit that ends in it; without seccomp it can.
        """
        return (
            end.get("signal") == signal.SIGKILL
            and self.level != "process"
            and end.get("peak_kib", 0) / 1024 < self.resident_at_start_mib + self.limits.memory_mib / 2
        )

    def has_printed(self) -> bool:
        """Whether a child that is alive has printed anything; one look, since what a thread of its prints might never end."""
        if self.fork is not None:
            with contextlib.suppress(OSError):
                keep(self.printed, os.read(self.fork.output, PIPE_BYTES), self.limits)
        return bool(self.printed)

    def _drain(self) -> None:
        """Keep what a child that has ended has printed."""
        with contextlib.suppress(OSError):
            while self.fork is not None and (text := os.read(self.fork.output, PIPE_BYTES)):
                keep(self.printed, text, self.limits)

    def _end(self, fork: Fork) -> None:
        with contextlib.suppress(ProcessLookupError):
            processes.kill(fork)
        if self.level == "process":  # no seccomp: it may have started others
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(fork.pid, signal.SIGKILL)
        self._drain()  # only now: what a living child prints might never end

    def kill(self) -> None:
        """End the child now, whatever it does, and everything it started."""
        if self.fork is not None:
            self._end(self.fork)
            self.close()

    def close(self) -> None:
        """Let go of a dead child's descriptors."""
        if self.fork is not None:
            if self.folder is not None:
                processes.has_ended(self.fork, ENDING_S)  # it must not write while its folder is cleared away
                self.folder.cleanup()
            self.clocks.close()
            self.fork.connection.close()
            os.close(self.fork.output)
            if self.fork.pidfd >= 0:
                os.close(self.fork.pidfd)
            self.fork = None


_SIGNAL_HINTS = {
    "SIGSEGV": ", as happens when memory is used wrongly or a recursion never ends",
    "SIGKILL": ", as happens when a program asks for more memory than there is",
    "SIGABRT": ", which a program does to itself when it finds itself broken",
    "SIGSYS": ": it made a system call that student code has no use for",
}
