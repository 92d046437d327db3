"""CIFAR-10: 60,000 colour photographs of 32x32 pixels in ten classes.

Layout: `cifar-10-batches-py/` with five training batches and a test batch, each a pickle of {data (10000, 3072) uint8,
labels}; a row of `data` is the red plane, then green, then blue, row by row.
"""

from __future__ import annotations

from typing import Any

from data_scripts.errors import SourceError
from data_scripts.pickles import load_batch
from data_scripts.sources import Source
from data_scripts.spec import DataSpec, RemoteFile
from data_scripts.writer import DatasetWriter

TRAIN_BATCHES = tuple(f"data_batch_{number}" for number in range(1, 6))
TEST_BATCH = "test_batch"


def convert(source: Source, writer: DatasetWriter) -> dict[str, Any]:
    """Put the six batches into the arrays, in the publisher's order.

    Args:
        source: the archive or the folder that holds the batches.
        writer: receives images and labels.
    Raises:
        SourceError: a batch is missing, broken or of another size.
    """
    home = source.home_of(TRAIN_BATCHES[0])
    per_batch = writer.spec.n_train // len(TRAIN_BATCHES)
    places = {home + name: ("train", index * per_batch) for index, name in enumerate(TRAIN_BATCHES)}
    places[home + TEST_BATCH] = ("test", 0)
    for name in source.in_order(places):
        split, start = places[name]
        rows, labels = load_batch(source.read(name), name)
        if rows.ndim != 2 or rows.shape[1] != 3072 or len(rows) != len(labels):
            raise SourceError(f"{name} holds pixels of shape {rows.shape}, not (N, 3072); get the archive again")
        writer.put(split, start, rows.reshape(-1, 3, 32, 32), labels)
    return {}


SPEC = DataSpec(
    name="cifar10",
    title="CIFAR-10",
    homepage="https://www.cs.toronto.edu/~kriz/cifar.html",
    licence="none stated; cite Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images",
    files=(
        RemoteFile(
            name="cifar-10-python.tar.gz",
            # The publisher's host has sent 50 to 90 kB/s since June 2026: the mirror, with the same bytes, is first.
            addresses=(
                "https://storage.googleapis.com/skypilot-example-data/datasets/cifar-10-python.tar.gz",
                "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
            ),
            size_bytes=170_498_071,
            md5="c58f30108f718f92721af3b95e74349a",
            sha256="6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
        ),
    ),
    class_names=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
    image_shape=(3, 32, 32),
    n_train=50_000,
    n_test=10_000,
    convert=convert,
)
