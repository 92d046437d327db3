"""SVHN: house numbers from street views, cropped to one digit, 32x32 pixels in colour.

Layout: `train_32x32.mat` and `test_32x32.mat`, MATLAB 5, each with X (32, 32, 3, N) uint8 and y (N, 1), where the
digit 0 is stored as 10.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

from data_scripts.errors import SourceError
from data_scripts.matfiles import MatArray, mat_errors, read_arrays
from data_scripts.sources import Source, readable
from data_scripts.spec import DataSpec, RemoteFile
from data_scripts.writer import DatasetWriter

SIDE_PX, CHANNELS = 32, 3
CHUNK_IMAGES = 2000
ADDRESS = "http://ufldl.stanford.edu/housenumbers/"


def convert(source: Source, writer: DatasetWriter) -> dict[str, Any]:
    """Put both files into the arrays, in the publisher's order.

    Args:
        source: holds the two files.
        writer: receives images and labels.
    Raises:
        SourceError: a file is missing, broken or of another shape.
    """
    home = source.home_of("train_32x32.mat")
    for split in ("train", "test"):
        _convert_file(source, home + f"{split}_32x32.mat", split, writer)
    return {}


def _convert_file(source: Source, name: str, split: str, writer: DatasetWriter) -> None:
    """Images come before their labels in the file, so the labels are read in a first pass: they are few."""
    if name not in source.sizes:
        raise SourceError(f"{source.path} has no {name}; SVHN is two files, train_32x32.mat and test_32x32.mat")
    with mat_errors(name), readable(source.path), source.open(name) as stream:
        labels = _labels(_find(stream, "y"))
    with source.open(name) as stream:
        for start, images in _images(source, name, stream, len(labels)):
            writer.put(split, start, images, labels[start : start + len(images)])


def _find(stream: BinaryIO, variable: str) -> MatArray:
    for array in read_arrays(stream):
        if array.name == variable:
            return array
    raise ValueError(f"it has no variable {variable}")


def _labels(stored: MatArray) -> np.ndarray:
    labels = stored.values(math.prod(stored.shape)).astype(np.int64)
    if labels.size and not 1 <= labels.min() <= labels.max() <= 10:
        raise ValueError("y has values outside of 1 to 10")
    return labels % 10


def _images(source: Source, name: str, stream: BinaryIO, n_images: int) -> Iterator[tuple[int, np.ndarray]]:
    """Chunks of images; MATLAB stores the first axis fastest, so each lies as (channel, column, row)."""
    with mat_errors(name), readable(source.path):
        pixels = _find(stream, "X")
        if pixels.shape != (SIDE_PX, SIDE_PX, CHANNELS, n_images) or pixels.dtype != np.uint8:
            raise ValueError(f"X has shape {pixels.shape} for {n_images:,} labels")
    for start in range(0, n_images, CHUNK_IMAGES):
        count = min(CHUNK_IMAGES, n_images - start)
        with mat_errors(name), readable(source.path):  # not around the yield: writing has errors of its own
            columns = pixels.values(count * CHANNELS * SIDE_PX**2)
        yield start, columns.reshape(count, CHANNELS, SIDE_PX, SIDE_PX).transpose(0, 1, 3, 2)


SPEC = DataSpec(
    name="svhn",
    title="SVHN, cropped digits",
    homepage="http://ufldl.stanford.edu/housenumbers",
    licence="for non-commercial use only; cite Netzer et al. 2011, Reading Digits in Natural Images",
    files=(
        RemoteFile(
            name="train_32x32.mat",
            addresses=(ADDRESS + "train_32x32.mat",),
            size_bytes=182_040_794,
            md5="e26dedcc434d2e4c54c9b2d4a06d8373",
        ),
        RemoteFile(
            name="test_32x32.mat",
            addresses=(ADDRESS + "test_32x32.mat",),
            size_bytes=64_275_384,
            md5="eb5a983be6a315427106f1b164d9cef3",
        ),
    ),
    class_names=tuple(str(digit) for digit in range(10)),
    image_shape=(CHANNELS, SIDE_PX, SIDE_PX),
    n_train=73_257,
    n_test=26_032,
    convert=convert,
)
