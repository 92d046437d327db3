"""The data sets of the course: fetched, verified and converted once, then mapped into memory.

From a shell: `python -m data_scripts cifar10 --root data`. From a program: `load("cifar10", "data")`.
`load("synthetic")` works with nothing on the disk and no network.
"""

from __future__ import annotations

from pathlib import Path

from data_scripts import synthetic
from data_scripts.catalog import DATASETS
from data_scripts.errors import DataError, DownloadError, PlaceError, SourceError
from data_scripts.finished import Dataset, is_finished, read

__all__ = ["DATASETS", "DataError", "Dataset", "DownloadError", "PlaceError", "SourceError", "load"]


def load(name: str, root: str | Path = "data") -> Dataset:
    """Read a data set that `python -m data_scripts` has made; `synthetic` is drawn when it is not there.

    Args:
        name: `cifar10`, `svhn`, `tiny-imagenet`, `scenes15` or `synthetic`.
        root: the folder that holds the data sets.
    Raises:
        DataError: unknown, not there, or damaged; the text says what to do.
    """
    if name not in DATASETS:
        raise DataError(f"there is no data set {name!r}; choose one of {', '.join(DATASETS)}")
    spec, folder = DATASETS[name], Path(root) / name
    if is_finished(folder, spec):
        return read(folder, spec)
    if name == synthetic.SPEC.name:
        return synthetic.draw_dataset()
    raise DataError(f"{name} is not in {Path(root).resolve()}; run: python -m data_scripts {name} --root {root}")
