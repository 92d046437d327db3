"""The host's end of one confined child: requests out, answers in, one deadline for each, and the child's death.

Whatever arrives is checked frame by frame. Any doubt ends the child: a broken frame, an answer nobody asked for, too many
bytes, too much memory, no answer in time.
"""
import contextlib
import os
import secrets
import select
import signal
import tempfile
import time

from . import gpu
from .confined import wire
from .faults import Crashed, SandboxFault, StudentFault, TimedOut
from .limits import Limits
from .warm import Fork, WarmProcess

TICK_S = 0.05               # how often memory is looked at where the kernel cannot limit it (CUDA)
PIPE_BYTES = 1 << 16
CLOCK_S = 0.02              # less than this is not worth another wait
LONG_S = 0.1                # a shorter call is not asked how long it waited for a processor
STARVED_FACTOR = 8          # times its deadline after which a child that still waits for a processor is our fault
ENDING_S = 1.0              # between the end of a child's connection and the end of the child


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
        self.host_pid, self.on_gpu = _host_pid(self.fork), warm.device != "cpu"
        self.level = warm.isolation.level
        # Without namespaces the child's disk is a folder of this machine, which has to be cleared away when the child has ended.
        self.folder = None if self.level == "full" else \
            tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True)
        setup = setup | {"home": self.folder.name} if self.folder else setup
        self.fork.connection.setblocking(False)
        os.set_blocking(self.fork.output, False)
        self.printed = bytearray()
        self.resident_at_start_mib = self.delayed_s = 0.0
        self.own_s = 0.0        # of the last answer: how long it took, less what the child waited for a processor
        try:
            hello = self._exchange(wire.pack(setup), 30, "starting")
        except StudentFault as error:
            words = bytes(self.printed[-500:]).decode("utf-8", "replace").strip().splitlines()
            raise SandboxFault(f"a child could not be set up: {words[-1] if words else error.message}") from None
        if hello.get("ready") is not True:
            self.kill()
            raise SandboxFault("a child could not be set up: it did not say that it was ready")
        self.resident_at_start_mib = _resident_mib(self.fork)

    @property
    def alive(self) -> bool:
        """Whether the child can still be asked."""
        return self.fork is not None

    def ask(self, request: dict, timeout_s: float, what: str, limit_s: float = 0.0) -> dict:
        """Send one request and return the answer, a dict with `value` or `error`.

        Args:
            request: the message without its id.
            timeout_s: seconds until an answer must have arrived completely.
            what: the call in words, for messages.
            limit_s: the limit of the whole check, which messages name; what is left of it would differ from run to run.
        Raises:
            TimedOut: no answer in time; the child is dead now.
            Crashed: the child died or broke the protocol; it is dead now.
        """
        number = secrets.token_hex(8)
        reply = self._exchange(wire.pack({"id": number, **request}), timeout_s, what, limit_s)
        if reply.get("id") != number or not ({"value", "error"} & reply.keys()) or len(reply) != 2:
            self.kill()
            raise Crashed(f"{what} sent the grader something it had not asked for.")
        return reply

    def _exchange(self, buffers: list, timeout_s: float, what: str, limit_s: float = 0.0) -> dict:
        if self.fork is None:
            raise Crashed(f"{what} could not run: its process had ended before.")
        exchange = _Exchange(self.fork, self.host_pid, self.on_gpu, buffers, self.limits, self.printed,
                             self.resident_at_start_mib, self.delayed_s)
        try:
            header, body = exchange.run(timeout_s)
            if time.monotonic() - exchange.started > LONG_S:
                exchange.delayed_s = self.delayed_s = _delayed_s(self.host_pid)
            self.own_s = exchange.own_s()
            return wire.unpack(header, body)
        except _Late as late:
            self.kill()
            raise TimedOut(f"{what} gave no answer within {limit_s or timeout_s:.3g} seconds{late.hint}.") from None
        except _Starved as starved:
            self.kill()
            raise SandboxFault(str(starved)) from None
        except _TooMuch as error:
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
        by_itself = _has_ended(fork, ENDING_S)
        self._end(fork)
        end = self.warm.how_it_ended(fork.pid)
        self.close()
        if not end:             # the warm process answers this whatever a child has done
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

    def _killed_from_outside(self, end: dict) -> bool:
        """Whether somebody else ended a child that was far from its own limit of memory.

        seccomp lets a child neither send itself this signal nor give itself a limit that ends in it; without seccomp it can.
        """
        return end.get("signal") == signal.SIGKILL and self.level != "process" and \
            end.get("peak_kib", 0) / 1024 < self.resident_at_start_mib + self.limits.memory_mib / 2

    def _drain(self) -> None:
        with contextlib.suppress(OSError):
            while self.fork is not None and (text := os.read(self.fork.output, PIPE_BYTES)):
                _keep(self.printed, text, self.limits)

    def _end(self, fork: Fork) -> None:
        with contextlib.suppress(ProcessLookupError):
            _kill(fork)
        if self.level == "process":     # no seccomp: it may have started others
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(fork.pid, signal.SIGKILL)
        self._drain()           # only now: what a living child prints might never end

    def kill(self) -> None:
        """End the child now, whatever it does, and everything it started."""
        if self.fork is not None:
            self._end(self.fork)
            self.close()

    def close(self) -> None:
        """Let go of a dead child's descriptors."""
        if self.fork is not None:
            if self.folder is not None:
                _has_ended(self.fork, ENDING_S)         # it must not write while its folder is cleared away
                self.folder.cleanup()
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


class _Late(Exception):
    def __init__(self, hint: str):
        super().__init__(hint)
        self.hint = hint


class _TooMuch(Exception):
    pass


class _Starved(Exception):
    pass


class _Exchange:
    """One request and its answer over a non-blocking connection, while the output pipe is kept empty."""

    def __init__(self, fork: Fork, host_pid: int, on_gpu: bool, buffers: list, limits: Limits, printed: bytearray,
                 resident_mib: float, delayed_s: float):
        self.fork, self.limits, self.printed = fork, limits, printed
        self.host_pid, self.on_gpu = host_pid, on_gpu
        self.most_resident_mib = resident_mib + limits.memory_mib if resident_mib else float("inf")
        self.next_look = time.monotonic() + TICK_S
        self.started, self.delayed_s, self.delayed_before_s = time.monotonic(), delayed_s, delayed_s
        self.cpu_before_s = _cpu_s(host_pid)
        self.to_send = [memoryview(buffer).cast("B") for buffer in buffers if len(memoryview(buffer).cast("B"))]
        self.prefix = bytearray()
        self.header: bytearray | None = None
        self.body = bytearray()
        self.received = 0
        self.poll = select.poll()
        self.poll.register(fork.connection, select.POLLIN | select.POLLOUT)
        self.poll.register(fork.output, select.POLLIN)

    def run(self, timeout_s: float) -> tuple[bytes, bytearray]:
        deadline = time.monotonic() + timeout_s
        last = time.monotonic() + timeout_s * STARVED_FACTOR
        while True:
            wait_s = min(deadline - time.monotonic(), TICK_S)
            if wait_s <= 0:
                if self._arrived():
                    return bytes(self.header or b""), self.body
                deadline = self._more_time(deadline, timeout_s, last)
                continue
            for descriptor, event in self.poll.poll(wait_s * 1000):
                if descriptor == self.fork.output:
                    self._read_output()
                elif event & (select.POLLIN | select.POLLHUP | select.POLLERR):
                    if self._receive():
                        return bytes(self.header or b""), self.body
                elif event & select.POLLOUT:
                    self._send()
            self._watch_memory()

    def _arrived(self) -> bool:
        """Whether the answer is there at the deadline: this process may have been stopped or swapped out, not the child."""
        return not self.to_send and any(self._receive() for _ in range(2))      # the lengths, then the rest

    def _more_time(self, deadline: float, timeout_s: float, last: float) -> float:
        """A later deadline for a child that had to wait for a processor: on a busy machine that is most of the time."""
        self.delayed_s = _delayed_s(self.host_pid)
        left_s = timeout_s - self.own_s()
        if left_s <= CLOCK_S or _cpu_s(self.host_pid) - self.cpu_before_s >= timeout_s:     # it waits for threads of its own
            raise _Late("" if _state(self.host_pid) in "RD" else "; it was waiting, not computing")
        if deadline >= last:
            raise _Starved(f"a child had {timeout_s - left_s:.1f} of its {timeout_s:.3g} seconds; is this machine too busy?")
        return min(deadline + max(left_s, TICK_S), last)

    def own_s(self) -> float:
        """How long this has taken, less what the child waited for a processor."""
        return time.monotonic() - self.started - max(self.delayed_s - self.delayed_before_s, 0.0)

    def _send(self) -> None:
        try:
            sent = self.fork.connection.sendmsg(self.to_send[:64])
        except BlockingIOError:
            return
        while self.to_send and sent >= len(self.to_send[0]):
            sent -= len(self.to_send.pop(0))
        if self.to_send:
            self.to_send[0] = self.to_send[0][sent:]
        else:
            self.poll.modify(self.fork.connection, select.POLLIN)

    def _receive(self) -> bool:
        """Read what is there; True once the frame is complete."""
        try:
            if self.header is None:
                return self._receive_prefix() and not self.header and not self.body
            return self._receive_rest()
        except BlockingIOError:
            return False

    def _receive_prefix(self) -> bool:
        data = self.fork.connection.recv(wire.PREFIX.size - len(self.prefix))
        if not data:
            raise ConnectionResetError
        self.prefix += data
        if len(self.prefix) < wire.PREFIX.size:
            return False
        header_bytes, body_bytes = wire.PREFIX.unpack(self.prefix)
        if header_bytes > wire.HEADER_LIMIT_BYTES or body_bytes > self.limits.reply_mib << 20:
            raise _TooMuch(f"returned more than the {self.limits.reply_mib} MiB that an answer can need")
        self.header, self.body = bytearray(header_bytes), bytearray(body_bytes)
        return True

    def _receive_rest(self) -> bool:
        assert self.header is not None
        while self.received < len(self.header) + len(self.body):
            in_header = self.received < len(self.header)
            target, start = (self.header, 0) if in_header else (self.body, len(self.header))
            count = self.fork.connection.recv_into(memoryview(target)[self.received - start:])
            if not count:
                raise ConnectionResetError
            self.received += count
        return True

    def _read_output(self) -> None:
        text = os.read(self.fork.output, PIPE_BYTES)
        if text:
            _keep(self.printed, text, self.limits)
        else:
            self.poll.unregister(self.fork.output)

    def _watch_memory(self) -> None:
        """Stop a child whose resident memory has grown past its limit (on the CPU the kernel limits address space before)."""
        if time.monotonic() < self.next_look:
            return
        self.next_look = time.monotonic() + TICK_S
        if _resident_mib(self.fork) > self.most_resident_mib:
            raise _TooMuch(f"used more than the {self.limits.memory_mib} MiB of memory that a problem has")
        if self.on_gpu and gpu.held_mib(self.host_pid) > self.limits.gpu_memory_mib:
            raise _TooMuch(f"used more than the {self.limits.gpu_memory_mib} MiB of the GPU's memory that a problem has")


def _keep(printed: bytearray, text: bytes, limits: Limits) -> None:
    room = limits.output_kib * 1024 - len(printed)
    printed += text[:max(room, 0)]


def _kill(fork: Fork) -> None:
    if fork.pidfd >= 0:
        signal.pidfd_send_signal(fork.pidfd, signal.SIGKILL)
    else:
        os.kill(fork.pid, signal.SIGKILL)


def _has_ended(fork: Fork, within_s: float) -> bool:
    """Whether the child ends by itself; where there is no descriptor to ask (macOS), it is taken to."""
    if fork.pidfd < 0:
        return True
    poll = select.poll()
    poll.register(fork.pidfd, select.POLLIN)
    return bool(poll.poll(within_s * 1000))


def _host_pid(fork: Fork) -> int:
    """The child's number in the host's process namespace; the zygote knows it only by its own."""
    with contextlib.suppress(OSError), open(f"/proc/self/fdinfo/{fork.pidfd}") as file:
        for line in file:
            if line.startswith("Pid:"):
                return int(line.split()[1])
    return -1


def _delayed_s(pid: int) -> float:
    """Seconds that a process has been ready to run and had no processor; 0 where the kernel does not tell."""
    with contextlib.suppress(OSError, IndexError, ValueError), open(f"/proc/{pid}/schedstat") as file:
        return int(file.read().split()[1]) / 1e9
    return 0.0


def _cpu_s(pid: int) -> float:
    """Processor seconds of all threads of a process, without opening a file (clock_getcpuclockid(3))."""
    with contextlib.suppress(OSError):
        return time.clock_gettime((~pid << 3) | 2) if pid > 0 else 0.0
    return 0.0


def _state(pid: int) -> str:
    with contextlib.suppress(OSError, IndexError), open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0]
    return "?"


def _resident_mib(fork: Fork) -> float:
    try:
        with open(f"/proc/{_host_pid(fork)}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
    except (OSError, IndexError):
        return 0.0

