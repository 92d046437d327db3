"""CIFAR-10's batches are Python pickles, and a pickle may run any code: here nothing but numbers and text is built.

No name of a pickle is ever imported. The three names that numpy needs to describe an array are answered by inert
stand-ins that only record what they are given, and the pixels are then read out of the recorded bytes.
"""

from __future__ import annotations

import io
import pickle
from typing import Any

import numpy as np

from data_scripts.errors import SourceError

ARRAY_MODULES = ("numpy.core.multiarray", "numpy._core.multiarray", "numpy.core.numeric", "numpy._core.numeric")


class RecordedType:
    """Stands for `numpy.dtype`: remembers the code it was made with, such as `u1`."""

    def __init__(self, code: str | bytes, *flags: Any) -> None:
        self.code = code.decode("ascii", "replace") if isinstance(code, bytes) else code

    def __setstate__(self, state: Any) -> None:
        """Byte order and padding do not matter for single bytes, the only kind that is read."""


class RecordedArray:
    """Stands for `numpy.ndarray`: remembers shape, type and raw bytes."""

    def __init__(self) -> None:
        self.shape: Any = ()
        self.dtype: Any = None
        self.raw: Any = b""
        self.column_major = False

    def __setstate__(self, state: Any) -> None:
        """numpy's state is (version, shape, type, column-major, raw bytes)."""
        _, self.shape, self.dtype, self.column_major, self.raw = state

    def to_numpy(self) -> np.ndarray:
        """The recorded pixels; anything but bytes in a matching shape is a ValueError."""
        if not isinstance(self.dtype, RecordedType) or self.dtype.code not in ("u1", "|u1"):
            raise ValueError("an array of something else than bytes")
        return np.frombuffer(self.raw, np.uint8).reshape(self.shape, order="F" if self.column_major else "C")


def _empty_array(*_: Any) -> RecordedArray:
    return RecordedArray()


def _array_from_buffer(raw: Any, dtype: Any, shape: Any, order: Any) -> RecordedArray:
    array = RecordedArray()
    array.__setstate__((1, shape, dtype, order == "F", raw))
    return array


def _latin1_bytes(text: str, codec: str) -> bytes:
    """How protocol 2 writes bytes from Python 3."""
    if codec not in ("latin1", "latin-1"):
        raise pickle.UnpicklingError(f"text coded as {codec}")
    return text.encode("latin-1")


STAND_INS = {
    ("numpy", "ndarray"): RecordedArray,
    ("numpy", "dtype"): RecordedType,
    ("_codecs", "encode"): _latin1_bytes,
    **{(module, "_reconstruct"): _empty_array for module in ARRAY_MODULES},
    **{(module, "_frombuffer"): _array_from_buffer for module in ARRAY_MODULES},
}


class PlainUnpickler(pickle.Unpickler):
    """Builds numbers, text, lists, dictionaries and recorded arrays; refuses every other name."""

    def find_class(self, module: str, name: str) -> Any:
        """Answer a name in a pickle with its stand-in, or refuse it."""
        if (module, name) not in STAND_INS:
            raise pickle.UnpicklingError(f"asks for {module}.{name}, which a data set never needs")
        return STAND_INS[module, name]


def load_batch(raw: bytes, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Read one CIFAR batch.

    Args:
        raw: the bytes of the pickle, written by Python 2 or 3.
        name: the file's name for messages.
    Returns:
        Pixels (N, D) uint8 and labels (N,) int64.
    Raises:
        SourceError: broken, or it asks for something that a data set never needs.
    """
    try:
        batch = PlainUnpickler(io.BytesIO(raw), encoding="bytes").load()
        fields = {key.decode() if isinstance(key, bytes) else key: value for key, value in batch.items()}
        return fields["data"].to_numpy(), np.array(fields["labels"], dtype=np.int64)
    except Exception as error:  # a crafted pickle can make the unpickler raise anything
        reason = f"{type(error).__name__}: {error}"
        raise SourceError(f"{name} is not a batch of images ({reason}); get the archive again") from error
