"""MATLAB 5 files, as far as SVHN needs them: full numeric arrays, compressed or not, read as a stream.

SciPy reads these files too, but it is a large dependency for one data set and holds a whole array in memory.
Source: MathWorks, MAT-File Format, level 5.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Protocol

import numpy as np

from data_scripts.errors import SourceError

HEADER_BYTES = 128
MATRIX, COMPRESSED = 14, 15
COMPLEX_FLAG = 0x0800
FIRST_NUMERIC_CLASS, LAST_NUMERIC_CLASS = 6, 15
MOST_DIMENSIONS, LONGEST_NAME = 8, 64
STORED_AS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}


class _Readable(Protocol):
    def read(self, n_bytes: int, /) -> bytes: ...


class _Inflated:
    """A compressed element as a stream: gives exactly the bytes asked for, never more in memory."""

    def __init__(self, stream: BinaryIO, n_bytes: int) -> None:
        self.stream, self.left = stream, n_bytes
        self.inflater, self.waiting = zlib.decompressobj(), b""

    def read(self, n_bytes: int) -> bytes:
        pieces: list[bytes] = []
        while n_bytes > 0:
            if not self.waiting:
                self.waiting = self.stream.read(min(self.left, 1 << 16))
                self.left -= len(self.waiting)
            piece = self.inflater.decompress(self.waiting, n_bytes)
            if not piece and not self.waiting:
                break
            self.waiting = self.inflater.unconsumed_tail
            pieces.append(piece)
            n_bytes -= len(piece)
        return b"".join(pieces)


class MatArray:
    """One array of the file; its values can be read once, in pieces, while the file stands at it.

    Attributes:
        name: MATLAB's name of the variable.
        shape: lengths of the axes; values come with the first axis fastest.
        dtype: how the values are stored, which may be narrower than the variable's class.
    """

    def __init__(self, stream: _Readable, order: str) -> None:
        self._stream: _Readable = stream
        self._order = order
        class_and_flags = struct.unpack(order + "I", self._subelement(8)[:4])[0]
        if class_and_flags & COMPLEX_FLAG or not FIRST_NUMERIC_CLASS <= class_and_flags & 0xFF <= LAST_NUMERIC_CLASS:
            raise ValueError("it holds something else than plain numbers")
        self.shape = tuple(int(n) for n in np.frombuffer(self._subelement(4 * MOST_DIMENSIONS), order + "i4"))
        self.name = self._subelement(LONGEST_NAME).decode("ascii")
        stored, n_bytes = self._tag()
        self.dtype = np.dtype(order + STORED_AS[stored])
        if min(self.shape, default=-1) < 0 or n_bytes != math.prod(self.shape) * self.dtype.itemsize:
            raise ValueError(f"{self.name} has not as many values as its shape {self.shape} says")

    def values(self, n_values: int) -> np.ndarray:
        """The next values in storage order.

        Args:
            n_values: how many.
        Raises:
            ValueError: the file ends before.
        """
        raw = self._stream.read(n_values * self.dtype.itemsize)
        if len(raw) != n_values * self.dtype.itemsize:
            raise ValueError(f"the file ends inside {self.name}")
        return np.frombuffer(raw, self.dtype)

    def _tag(self) -> tuple[int, int]:
        """Type and bytes of a subelement that is too long for the small form."""
        stored, n_bytes = struct.unpack(self._order + "II", self._stream.read(8))
        if stored >> 16:  # the small form: the value sits in the tag itself
            self._stream = _Replayed(struct.pack(self._order + "I", n_bytes), self._stream)
            stored, n_bytes = stored & 0xFFFF, stored >> 16
        return stored, n_bytes

    def _subelement(self, most_bytes: int) -> bytes:
        """The content of a short subelement, either form."""
        first, second = struct.unpack(self._order + "II", self._stream.read(8))
        if first >> 16:
            return struct.pack(self._order + "I", second)[: first >> 16]
        if second > most_bytes:
            raise ValueError("a header field is too long")
        return self._stream.read(-(-second // 8) * 8)[:second]


class _Replayed:
    """A stream with a few bytes put back in front."""

    def __init__(self, front: bytes, stream: _Readable) -> None:
        self.front, self.stream = front, stream

    def read(self, n_bytes: int) -> bytes:
        taken, self.front = self.front[:n_bytes], self.front[n_bytes:]
        return taken + self.stream.read(n_bytes - len(taken))


def read_arrays(stream: BinaryIO) -> Iterator[MatArray]:
    """Walk through the arrays of a MATLAB 5 file.

    Args:
        stream: the file, opened for reading at its start; must be able to seek.
    Raises:
        ValueError, struct.error, zlib.error: broken, or not such a file; wrap the loop in `mat_errors`.
    """
    header = stream.read(HEADER_BYTES)
    if header.startswith(b"MATLAB 7.3"):
        raise ValueError("it is a MATLAB 7.3 file, not a MATLAB 5 file")
    order = {b"IM": "<", b"MI": ">"}.get(header[126:128])
    if order is None:
        raise ValueError("it is no MATLAB 5 file")
    while tag := stream.read(8):
        kind, n_bytes = struct.unpack(order + "II", tag)
        end = stream.tell() + n_bytes
        if kind == COMPRESSED:
            inflated = _Inflated(stream, n_bytes)
            if struct.unpack(order + "II", inflated.read(8))[0] == MATRIX:
                yield MatArray(inflated, order)
        elif kind == MATRIX:
            yield MatArray(stream, order)
        stream.seek(end)


@contextmanager
def mat_errors(name: str) -> Iterator[None]:
    """Say in one sentence what is wrong with a MATLAB file.

    Args:
        name: the file's name for the sentence.
    Raises:
        SourceError: instead of what the parts of the reader raise.
    """
    try:
        yield
    except (ValueError, KeyError, struct.error, zlib.error) as error:
        raise SourceError(f"{name} cannot be read ({error}); get it again or give another --source") from error
