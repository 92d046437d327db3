"""Finished data sets: is one there, and how is it read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from data_scripts.errors import DataError, PlaceError
from data_scripts.spec import DataSpec
from data_scripts.writer import META_NAME, SPLITS

REPAIR = "delete that folder and run this again"


class Dataset(NamedTuple):
    """A whole data set; the images stay on the disk until they are used.

    Attributes:
        train_images, test_images: (N, C, H, W) uint8, mapped into memory; changes to them never reach the files.
        train_labels, test_labels: (N,) int64, 0 to n_classes - 1.
        class_names: the name of each label.
        mean, std: (C,) float32, of the training pixels scaled to [0, 1].
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    class_names: tuple[str, ...]
    mean: np.ndarray
    std: np.ndarray


def is_finished(folder: Path, spec: DataSpec) -> bool:
    """Whether the folder holds the converted data set; a folder with anything else in it is an error.

    Args:
        folder: `ROOT/NAME`.
        spec: what it should hold.
    Raises:
        PlaceError: something else is there, or a part of the data set is missing.
    """
    try:
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            return False
    except OSError as error:
        raise PlaceError(f"{folder} cannot be read ({error.strerror}); choose another --root") from error
    if not (folder / META_NAME).is_file():
        raise PlaceError(f"{folder} exists and was not made by this program; move it away or choose another --root")
    read(folder, spec)
    return True


def read(folder: Path, spec: DataSpec) -> Dataset:
    """Map a finished data set into memory.

    Args:
        folder: `ROOT/NAME`.
        spec: what it should hold.
    Raises:
        DataError: a file is missing, cut short or of another shape.
    """
    try:
        meta: dict[str, Any] = json.loads((folder / META_NAME).read_text(encoding="utf-8"))
        arrays = {f"{split}_{kind}": _mapped(folder, split, kind) for split in SPLITS for kind in ("images", "labels")}
        statistics = {key: np.array(meta[key], dtype=np.float32) for key in ("mean", "std")}
        for name in meta.get("folders", []):
            next((folder / name).iterdir())
        dataset = Dataset(**arrays, **statistics, class_names=tuple(meta["class_names"]))
    except (OSError, ValueError, KeyError, TypeError, StopIteration) as error:
        raise PlaceError(f"{folder} is damaged ({_reason(error)}); {REPAIR}") from error
    found = (dataset.train_images.shape, dataset.test_images.shape)
    if found != ((spec.n_train, *spec.image_shape), (spec.n_test, *spec.image_shape)):
        raise DataError(f"{folder} holds images of shape {found[0]} and {found[1]}, another data set; {REPAIR}")
    return dataset


def _mapped(folder: Path, split: str, kind: str) -> np.ndarray:
    """Copy-on-write: torch warns about read-only memory, and a shared file must never change."""
    return np.load(folder / f"{split}_{kind}.npy", mmap_mode="c" if kind == "images" else None, allow_pickle=False)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{Path(error.filename).name}: {error.strerror}"
    return f"{type(error).__name__}: {error}"
