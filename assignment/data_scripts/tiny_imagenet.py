"""Tiny ImageNet: 200 classes of ImageNet at 64x64 pixels, 500 training images each.

Layout: `tiny-imagenet-200/` with `wnids.txt`, `words.txt`, `train/WNID/images/WNID_NUMBER.JPEG`, `val/images/` and
`val/val_annotations.txt`. The publisher's own test images have no labels, so the labelled `val` is our `test`.
Some images are grayscale: they become colour images with three equal channels.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from data_scripts.errors import SourceError
from data_scripts.images import decode_image
from data_scripts.sources import Source
from data_scripts.spec import DataSpec, RemoteFile
from data_scripts.writer import DatasetWriter

SIDE_PX = 64
CHUNK_IMAGES = 500
Listing = list[tuple[str, int]]


def convert(source: Source, writer: DatasetWriter) -> dict[str, Any]:
    """Decode every labelled picture; classes are numbered in the order of their WordNet ids.

    Args:
        source: the archive or the unpacked folder.
        writer: receives images and labels.
    Returns:
        The class names, and the WordNet ids beside them.
    Raises:
        SourceError: a list or a picture is missing or broken.
    """
    home = source.home_of("wnids.txt")
    wnids = sorted(_text(source, home + "wnids.txt").split())
    if len(wnids) != writer.spec.n_classes:
        raise SourceError(f"{home}wnids.txt lists {len(wnids)} classes, not {writer.spec.n_classes}; get it again")
    number_of = {wnid: number for number, wnid in enumerate(wnids)}
    for split, listing in (("train", _train(source, home, number_of)), ("test", _val(source, home, number_of))):
        for start in range(0, len(listing), CHUNK_IMAGES):
            chunk = listing[start : start + CHUNK_IMAGES]
            images = np.stack([decode_image(source.read(name), name, "RGB", SIDE_PX) for name, _ in chunk])
            writer.put(split, start, images, np.array([label for _, label in chunk]))
    return {"class_names": _class_names(_text(source, home + "words.txt"), wnids), "wnids": wnids}


def _train(source: Source, home: str, number_of: dict[str, int]) -> Listing:
    """Training pictures by class, then by their number."""
    pattern = re.compile(re.escape(home) + r"train/(n\d+)/images/\1_(\d+)\.JPEG")
    found = []
    for name in source.sizes:
        match = pattern.fullmatch(name)
        if match and match[1] in number_of:
            found.append((number_of[match[1]], int(match[2]), name))
    return [(name, label) for label, _, name in sorted(found)]


def _val(source: Source, home: str, number_of: dict[str, int]) -> Listing:
    """The labelled validation pictures in the order of their numbers."""
    listing = []
    for line in _text(source, home + "val/val_annotations.txt").splitlines():
        picture, wnid, *_ = [*line.split("\t"), "", ""]
        if wnid not in number_of:
            raise SourceError(f"{home}val/val_annotations.txt names an unknown class {wnid!r}; get the archive again")
        listing.append((f"{home}val/images/{picture}", number_of[wnid]))
    return sorted(listing, key=lambda entry: int("0" + re.sub(r"\D", "", entry[0].rpartition("/")[2])))


def _class_names(words: str, wnids: list[str]) -> list[str]:
    """The first English word of each class, with its id where two classes share the word."""
    table = dict(line.split("\t", 1) for line in words.splitlines() if "\t" in line)
    names = [table.get(wnid, wnid).split(",")[0].strip() for wnid in wnids]
    return [f"{name} ({wnid})" if names.count(name) > 1 else name for name, wnid in zip(names, wnids)]


def _text(source: Source, name: str) -> str:
    return source.read(name).decode("utf-8", errors="replace")


SPEC = DataSpec(
    name="tiny-imagenet",
    title="Tiny ImageNet",
    homepage="http://cs231n.stanford.edu",
    licence="ImageNet's terms: non-commercial research and teaching only",
    files=(
        RemoteFile(
            name="tiny-imagenet-200.zip",
            addresses=(
                "http://cs231n.stanford.edu/tiny-imagenet-200.zip",
                "https://cs231n.stanford.edu/tiny-imagenet-200.zip",
            ),
            size_bytes=248_100_043,
            md5="90528d7ca1a48142e341f4ef8d21d0de",
        ),
    ),
    class_names=(),
    image_shape=(3, SIDE_PX, SIDE_PX),
    n_train=100_000,
    n_test=10_000,
    convert=convert,
    n_classes=200,
)
