"""MATLAB 5 files are read as MATLAB and SciPy write them, and broken ones are one sentence."""

from __future__ import annotations

import base64
import io
import math
import struct

import numpy as np
import pytest
from small_archives import mat_file, mat_matrix

from data_scripts.errors import SourceError
from data_scripts.matfiles import mat_errors, read_arrays

# scipy.io.savemat({"X": (32, 32, 3, 3) uint8, 1 where the index in column order is a multiple of 7,
#                   "y": [[10], [1], [9]] uint8}, do_compression=True)
WRITTEN_BY_SCIPY = base64.b64decode(
    "TUFUTEFCIDUuMCBNQVQtZmlsZSBQbGF0Zm9ybTogcG9zaXgsIENyZWF0ZWQgb246IEZyaSBOb3YgMjAgMDg6MjI6MTIgMjAyNgAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABSU0PAAAATQAAAHic7crRCYAwDEDBqFT0RxyhHx3CUdx/ElPt"
    "EsIlPI5Ajoi4WsSabtke35TszOpoGU25dzr3p9bvdwAAAAAAAAAAAAAAAAD8kAfuHwaCDwAAACoAAAB4nONjYGAwAGI2IOYAYk4GCGCF8pmB"
    "mBGMGRkqgTQTUISLkZMBABj1APs="
)
PIXELS = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)


def read_all(raw: bytes, chunk: int = 10**6) -> dict[str, np.ndarray]:
    """Every array of a file, read in pieces."""
    found = {}
    with mat_errors("a.mat"):
        for array in read_arrays(io.BytesIO(raw)):
            left, pieces = math.prod(array.shape), []
            while left:
                pieces.append(array.values(min(chunk, left)))
                left -= len(pieces[-1])
            found[array.name] = np.concatenate(pieces).reshape(array.shape, order="F")
    return found


def test_a_file_of_scipy_is_read():
    """An independent writer agrees with the reader."""
    arrays = read_all(WRITTEN_BY_SCIPY, chunk=1000)
    assert arrays["y"].tolist() == [[10], [1], [9]]
    expected = (np.arange(32 * 32 * 3 * 3) % 7 == 0).reshape((32, 32, 3, 3), order="F")
    assert np.array_equal(arrays["X"], expected)


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_arrays_are_read_in_pieces_of_any_size(compressed, chunk):
    """A stream of columns, compressed or not."""
    arrays = read_all(mat_file(mat_matrix("X", PIXELS, 9), mat_matrix("y", PIXELS[0], 6), compressed=compressed), chunk)
    assert np.array_equal(arrays["X"], PIXELS) and np.array_equal(arrays["y"], PIXELS[0])


def test_an_array_that_is_not_wanted_is_skipped():
    """The next one is found although nothing was read of the first."""
    raw = mat_file(mat_matrix("X", PIXELS, 9), mat_matrix("y", PIXELS[0], 6))
    assert [array.name for array in read_arrays(io.BytesIO(raw))] == ["X", "y"]


def test_values_of_a_single_byte_use_the_small_form():
    """MATLAB hides up to four bytes inside the tag."""
    assert read_all(mat_file(mat_matrix("y", np.array([[3]]), 6)))["y"].tolist() == [[3]]


@pytest.mark.parametrize("length", [0, 60, 132, 140, 180, 220])
def test_a_truncated_file_is_one_sentence(length):
    """Cut in the header, in a tag, in the compressed bytes."""
    raw = mat_file(mat_matrix("X", np.random.default_rng(0).integers(0, 256, (9, 9, 9)), 9))
    with pytest.raises(SourceError, match="a.mat cannot be read"):
        read_all(raw[:length])


@pytest.mark.parametrize(
    "raw",
    [
        b"MATLAB 7.3 MAT-file".ljust(200),
        b"\x89HDF\r\n\x1a\n".ljust(200),
        mat_file(mat_matrix("X", PIXELS, 9))[:136] + b"not zlib" * 20,
        mat_file(mat_matrix("X", PIXELS, 4)),
        mat_file(mat_matrix("X", PIXELS, 9).replace(struct.pack("<i", 4), struct.pack("<i", 5))),
        mat_file(mat_matrix("X" * 100, PIXELS, 9)),
    ],
)
def test_other_files_and_odd_arrays_are_one_sentence(raw):
    """HDF5, text arrays, a shape that does not fit the bytes, an endless name."""
    with pytest.raises(SourceError, match="a.mat cannot be read"):
        read_all(raw)
