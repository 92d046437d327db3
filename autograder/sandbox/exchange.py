"""One request to a child and its answer: bytes, a deadline, limits on memory and on what is printed."""

import os
import select
import time
from typing import Protocol

from . import gpu, own_time, processes
from .confined import wire
from .limits import Limits
from .own_time import Verdict
from .warm import Fork

CHUNK_BYTES = 1 << 14  # of an answer that are read at once: most are shorter
TICK_S = 0.05  # how often memory and threads are looked at, which the kernel cannot limit everywhere
PIPE_BYTES = 1 << 16


class Late(Exception):
    """No answer in time."""

    def __init__(self, hint: str):
        super().__init__(hint)
        self.hint = hint


class TooMuch(Exception):
    """A limit was passed; the message goes on from what was called."""


class Starved(Exception):
    """The child never got its time of a processor."""


class Asked(Protocol):
    """What a request has to know of the child that it goes to, see `channel.py`."""

    limits: Limits
    host_pid: int
    on_gpu: bool
    clocks: processes.Clocks
    resident_at_start_mib: float
    printed: bytearray
    unread: bytearray


class Exchange:
    """One request and its answer over a non-blocking connection, while the output pipe is kept empty."""

    def __init__(self, channel: Asked, fork: Fork, buffers: list):
        self.channel, self.fork, self.limits, self.host_pid = channel, fork, channel.limits, channel.host_pid
        at_start_mib = channel.resident_at_start_mib
        self.most_resident_mib = at_start_mib + self.limits.memory_mib if at_start_mib else float("inf")
        self.next_look = time.monotonic() + TICK_S
        self.start = channel.clocks.reading()
        self.to_send = [view for buffer in buffers if (view := memoryview(buffer).cast("B")).nbytes]
        self.header: bytearray | None = None
        self.body = bytearray()
        self.received = 0
        self.poll = select.poll()
        self.poll.register(fork.connection, select.POLLIN | select.POLLOUT)
        self.poll.register(fork.output, select.POLLIN)

    def run(self, timeout_s: float) -> tuple[bytes, bytearray]:
        """Header and body of the answer.

        Raises:
            Late, TooMuch, Starved: there is none to wait for.
            OSError: the child has closed its connection.
        """
        deadline = time.monotonic() + timeout_s
        self._send()  # most requests fit: nothing has to be waited for
        while True:
            wait_s = min(deadline - time.monotonic(), TICK_S)
            if wait_s <= 0:
                if self._arrived():
                    return bytes(self.header or b""), self.body
                deadline = time.monotonic() + max(self._more_time(timeout_s), TICK_S)
                continue
            for descriptor, event in self.poll.poll(wait_s * 1000):
                if descriptor == self.fork.output:
                    self._read_output()
                elif event & (select.POLLIN | select.POLLHUP | select.POLLERR):
                    if self._receive():
                        return bytes(self.header or b""), self.body
                elif event & select.POLLOUT:
                    self._send()
            self._watch()

    def _arrived(self) -> bool:
        """Whether the answer is there at the deadline: this process may have been stopped or swapped out, not the child."""
        return not self.to_send and self._receive()

    def _more_time(self, allowed_s: float) -> float:
        """Seconds that are left to a child which had to wait for a processor: on a busy machine that is most of the time."""
        now = self.channel.clocks.reading()
        used_s = own_time.own_s(self.start, now)
        found = own_time.verdict(self.start, now, allowed_s)
        if found is Verdict.LATE:
            raise Late("" if processes.state(self.host_pid) in "RD" else "; it was waiting, not computing")
        if found is Verdict.STARVED:
            raise Starved(f"a child had {used_s:.1f} of its {allowed_s:.3g} seconds; is this machine too busy?")
        return allowed_s - used_s

    def own_s(self) -> float:
        """How much of its own time the child has used since the request."""
        return own_time.own_s(self.start, self.channel.clocks.reading())

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
                self._receive_beginning()
            if self.header is not None:
                self._receive_rest()
        except BlockingIOError:
            return False
        return self.header is not None

    def _receive_beginning(self) -> None:
        """Read the lengths and whatever came with them."""
        unread = self.channel.unread
        if len(unread) < wire.PREFIX.size:
            data = self.fork.connection.recv(CHUNK_BYTES)
            if not data:
                raise ConnectionResetError
            unread += data
        if len(unread) < wire.PREFIX.size:
            return
        header_bytes, body_bytes = wire.PREFIX.unpack(unread[: wire.PREFIX.size])
        if header_bytes > wire.HEADER_LIMIT_BYTES or body_bytes > self.limits.reply_bytes():
            raise TooMuch("sent more than an answer can need")
        del unread[: wire.PREFIX.size]
        self.header, self.body = bytearray(header_bytes), bytearray(body_bytes)
        self._place(self.header)
        self._place(self.body)

    def _place(self, target: bytearray) -> None:
        """Move what has been read of the header or of the body to where it belongs."""
        unread = self.channel.unread
        count = min(len(unread), len(target))
        target[:count] = unread[:count]
        del unread[:count]
        self.received += count

    def _receive_rest(self) -> None:
        """Read to the end of the frame and no further.

        Raises:
            BlockingIOError: the rest is not there yet.
        """
        assert self.header is not None
        while self.received < len(self.header) + len(self.body):
            in_header = self.received < len(self.header)
            target, start = (self.header, 0) if in_header else (self.body, len(self.header))
            count = self.fork.connection.recv_into(memoryview(target)[self.received - start :])
            if not count:
                raise ConnectionResetError
            self.received += count

    def _read_output(self) -> None:
        text = os.read(self.fork.output, PIPE_BYTES)
        if text:
            keep(self.channel.printed, text, self.limits)
        else:
            self.poll.unregister(self.fork.output)

    def _watch(self) -> None:
        """Stop a child that has grown past a limit; the kernel stops it before where it can.

        It limits address space only where there is no CUDA, and the threads of one child only in a namespace of its own.
        """
        if time.monotonic() < self.next_look:
            return
        self.next_look = time.monotonic() + TICK_S
        if processes.resident_mib(self.fork) > self.most_resident_mib:
            raise TooMuch(f"used more than the {self.limits.memory_mib} MiB of memory that a problem has")
        if processes.threads(self.host_pid) > self.limits.threads:
            raise TooMuch(f"started more than the {self.limits.threads} threads that a problem has")
        if self.channel.on_gpu and gpu.held_mib(self.host_pid) > self.limits.gpu_memory_mib:
            raise TooMuch(f"used more than the {self.limits.gpu_memory_mib} MiB of the GPU's memory that a problem has")


def keep(printed: bytearray, text: bytes, limits: Limits) -> None:
    """Add what a child printed, as far as there is room."""
    room = limits.output_kib * 1024 - len(printed)
    printed += text[: max(room, 0)]
