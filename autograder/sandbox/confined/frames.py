"""The child's end of its connection: one frame in, one frame out."""

import os
import socket

from . import wire

CHUNK_BYTES = 1 << 16  # of a request that are read at once: most are shorter
PIECES = 64  # of a frame that are sent at once, far below what the kernel takes (IOV_MAX)


def receive(connection: socket.socket) -> dict | None:
    """Read one frame; None when the other side has closed the connection.

    Nothing follows a frame before it is answered, so that all of what is there belongs to it.
    """
    begun = b""
    while len(begun) < wire.PREFIX.size:
        data = connection.recv(CHUNK_BYTES)
        if not data:
            return None
        begun += data
    header_bytes, body_bytes = wire.PREFIX.unpack_from(begun)
    body_start = wire.PREFIX.size + header_bytes
    header = _completed(connection, begun[wire.PREFIX.size : body_start], header_bytes)
    body = None if header is None else _completed(connection, begun[body_start:], body_bytes)
    return None if header is None or body is None else wire.unpack(bytes(header), body)


def _completed(connection: socket.socket, begun: bytes, size: int) -> bytearray | None:
    """A piece of a frame whose first bytes have been read."""
    data = bytearray(size)
    data[: len(begun)] = begun
    view, done = memoryview(data), len(begun)
    while done < size:
        count = connection.recv_into(view[done:])
        if not count:
            return None
        done += count
    return data


def send(connection: socket.socket, buffers: list) -> None:
    """Write one frame, at once where it fits: each piece of its own would wake the other side."""
    views = [memoryview(buffer).cast("B") for buffer in buffers]
    while views := [view for view in views if view.nbytes]:
        sent = os.writev(connection.fileno(), views[:PIECES])  # not sendmsg(2), which no child may call: it could pass descriptors
        for place, view in enumerate(views[:PIECES]):
            views[place] = view[sent:]
            sent = max(sent - view.nbytes, 0)
