"""The converted form: `{train,test}_{images,labels}.npy` and `meta.json`, written once, then mapped into memory."""

from __future__ import annotations

import contextlib
import json
import math
import os
from pathlib import Path
from typing import Any

import numpy as np

from data_scripts.errors import SourceError
from data_scripts.progress import Advance
from data_scripts.spec import DataSpec

SPLITS = ("train", "test")
META_NAME = "meta.json"


class ArrayFile:
    """A `.npy` file that is filled in pieces by ordinary writes.

    A memory map would be shorter, but on a full disk it ends the process (SIGBUS) instead of raising an error.
    """

    def __init__(self, path: Path, shape: tuple[int, ...], dtype: str) -> None:
        self.stream = path.open("wb")
        self.item_bytes = math.prod(shape[1:]) * np.dtype(dtype).itemsize
        self.dtype = dtype
        np.lib.format.write_array_header_1_0(self.stream, {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": shape})
        self.first_byte = self.stream.tell()

    def put(self, start: int, items: np.ndarray) -> None:
        """Write consecutive items, the first at index `start`."""
        self.stream.seek(self.first_byte + start * self.item_bytes)
        self.stream.write(np.ascontiguousarray(items, dtype=self.dtype).data)

    def close(self) -> None:
        """Bring everything to the disk: a full one may only be noticed here."""
        try:
            self.stream.flush()
            os.fsync(self.stream.fileno())
        finally:
            self.stream.close()


class DatasetWriter:
    """Takes images and labels in any order and refuses to finish before each has come exactly once.

    Attributes:
        spec: what the finished data set has to look like.
        folder: where the files are written; converters may put more beside them.
    """

    def __init__(self, spec: DataSpec, folder: Path, advance: Advance = lambda step: None) -> None:
        self.spec, self.folder, self._advance = spec, folder, advance
        self._counts = {"train": spec.n_train, "test": spec.n_test}
        self._filled = {split: np.zeros(self._counts[split], dtype=bool) for split in SPLITS}
        self._histogram = np.zeros((spec.image_shape[0], 256), dtype=np.int64)
        self._images = {s: self._array(f"{s}_images", (self._counts[s], *spec.image_shape), "uint8") for s in SPLITS}
        self._labels = {s: self._array(f"{s}_labels", (self._counts[s],), "int64") for s in SPLITS}

    def put(self, split: str, start: int, images: np.ndarray, labels: np.ndarray) -> None:
        """Write consecutive images with their labels.

        Args:
            split: `train` or `test`.
            start: index of the first of them.
            images: (N, C, H, W) uint8.
            labels: (N,) integers, 0 to n_classes - 1.
        Raises:
            SourceError: wrong shape, a label out of range, or more images than the data set has.
        """
        images, labels = np.asarray(images), np.asarray(labels)
        stop = start + len(images)
        if images.shape[1:] != self.spec.image_shape or images.dtype != np.uint8 or labels.shape != (len(images),):
            raise SourceError(f"the images have shape {images.shape}, not (N, {self._wanted()}); {_remedy()}")
        if stop > self._counts[split] or self._filled[split][start:stop].any():
            raise SourceError(f"there are more {split} images than {self._counts[split]:,}; {_remedy()}")
        if labels.size and not 0 <= labels.min() <= labels.max() < self.spec.n_classes:
            raise SourceError(f"there is a label outside of 0 to {self.spec.n_classes - 1}; {_remedy()}")
        self._images[split].put(start, images)
        self._labels[split].put(start, labels)
        self._filled[split][start:stop] = True
        if split == "train":
            for channel, counts in enumerate(self._histogram):
                counts += np.bincount(images[:, channel].reshape(-1), minlength=256)
        self._advance(len(images))

    def finish(self, meta: dict[str, Any]) -> None:
        """Close the arrays and write `meta.json`, which marks the folder as complete.

        Args:
            meta: what is known beyond the arrays: source, checksums, and anything the converter returned.
        Raises:
            SourceError: images are missing.
        """
        for split in SPLITS:
            there = int(self._filled[split].sum())
            if there != self._counts[split]:
                raise SourceError(f"there are {there:,} {split} images, not {self._counts[split]:,}; {_remedy()}")
        self.close()
        text = json.dumps({**self._facts(), **meta}, indent=1, ensure_ascii=False)
        (self.folder / META_NAME).write_text(text + "\n", encoding="utf-8")

    def close(self) -> None:
        """Bring all arrays to the disk and close them."""
        for file in (*self._images.values(), *self._labels.values()):
            file.close()

    def abandon(self) -> None:
        """Close whatever is still open, without caring whether its content arrives."""
        for file in (*self._images.values(), *self._labels.values()):
            with contextlib.suppress(OSError):
                file.stream.close()

    def _facts(self) -> dict[str, Any]:
        mean, std = pixel_statistics(self._histogram)
        spec = self.spec
        return {
            "name": spec.name,
            "title": spec.title,
            "homepage": spec.homepage,
            "licence": spec.licence,
            "class_names": list(spec.class_names),
            "image_shape": list(spec.image_shape),
            "n_train": spec.n_train,
            "n_test": spec.n_test,
            "mean": mean.tolist(),
            "std": std.tolist(),
        }

    def _array(self, name: str, shape: tuple[int, ...], dtype: str) -> ArrayFile:
        return ArrayFile(self.folder / f"{name}.npy", shape, dtype)

    def _wanted(self) -> str:
        return ", ".join(str(length) for length in self.spec.image_shape)


def pixel_statistics(histogram: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and population standard deviation of each channel, exact because they come from counts.

    Args:
        histogram: (C, 256), how often each value occurs in each channel.
    Returns:
        Two arrays (C,) float64, for pixels scaled to [0, 1].
    """
    values = np.arange(256) / 255
    total = histogram.sum(axis=1)
    mean = histogram @ values / total
    variance = (histogram * (values - mean[:, None]) ** 2).sum(axis=1) / total
    return mean, np.sqrt(variance)


def _remedy() -> str:
    return "this is not the data set as published: get it again or give another --source"
