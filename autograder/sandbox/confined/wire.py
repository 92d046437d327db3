"""The wire format between the grading process and a confined child: strict JSON header, then raw bytes.

A frame is `!II` (header bytes, body bytes), the header as UTF-8 JSON, and the body: the bytes of every tensor, array
and byte string in the order in which the header names them. Nothing is ever pickled, so decoding a frame can build
only plain values and tensors. Scalars and lists travel as JSON; everything else is an object with a `kind`.
"""

import json
import struct
from typing import Any
from collections.abc import Callable

from .bounds import Bounds, unbounded
from .wire_reader import BodyReader, decode, parse
from .wire_values import ARRAY_DTYPES, TORCH_DTYPES, Opaque, Remote, WireError
from .wire_writer import Writer

__all__ = ["ARRAY_DTYPES", "TORCH_DTYPES", "Opaque", "Remote", "WireError", "pack", "unpack"]

PREFIX = struct.Struct("!II")
HEADER_LIMIT_BYTES = 1 << 20
_ENCODER = json.JSONEncoder(allow_nan=False, separators=(",", ":"))  # made once: `json.dumps` would make one for each frame


def pack(message: dict, keep: Callable[[Any], Remote] | None = None, bounds: Bounds | None = None) -> list:
    """Turn a message into the buffers of one frame.

    Args:
        message: the header; its values may hold tensors, arrays, bytes, tuples, dicts and `Remote` objects.
        keep: called with a value that has no plain form; returns the `Remote` that stands for it.
        bounds: how much fits; what does not travels as words, see `Opaque`.
    Raises:
        WireError: a value cannot travel, or the header is too long.
    """
    writer = Writer(keep, bounds or unbounded())
    header = {name: writer.encode(value, 0) for name, value in message.items()}
    buffers = writer.buffers
    text = _ENCODER.encode(header).encode()
    if len(text) > HEADER_LIMIT_BYTES:
        raise WireError(f"a header of {len(text)} bytes; at most {HEADER_LIMIT_BYTES} are allowed")
    body_bytes = sum(memoryview(buffer).nbytes for buffer in buffers)
    if body_bytes >= 1 << 32:
        raise WireError(f"a body of {body_bytes} bytes does not fit in a frame")
    return [PREFIX.pack(len(text), body_bytes) + text, *buffers]


def unpack(header: bytes, body: bytearray, bounds: Bounds | None = None) -> dict:
    """Turn the header and the body of one frame back into a message.

    Args:
        bounds: how much it may hold; an honest sender has kept to them.
    Raises:
        WireError: the frame breaks a rule; nothing of it is used.
    """
    try:
        message = parse(header)
        reader = BodyReader(body, bounds or unbounded())
        decoded = {name: decode(value, reader, 0) for name, value in message.items()}
    except WireError:
        raise
    except (ValueError, RuntimeError, KeyError, TypeError, OverflowError, MemoryError) as error:  # RuntimeError: torch's
        raise WireError(f"the frame cannot be read ({type(error).__name__})") from None
    if reader.position != len(body):
        raise WireError(f"{len(body) - reader.position} bytes of the body belong to nothing")
    return decoded
