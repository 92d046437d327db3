"""Services of part 3 inside the child: pictures and folders of the kit's own, and what a student made of them."""

import tempfile
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image


def call_with_cpu_tensors(function: Any, *arrays: Any) -> Any:
    """Call a function with arrays as tensors that lie on the CPU wherever the run computes."""
    return function(*(torch.from_numpy(array) for array in arrays))


def write_files(files: dict) -> str:
    """Write files below a new folder of the child's own; returns the folder, whose name is the same in every run."""
    place = Path(tempfile.gettempdir())
    root = place / f"pictures_{len(list(place.glob('pictures_*')))}"
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return str(root)


def link_folders(root: str, links: dict) -> None:
    """Make links below a folder: from each name to the folder of the other name."""
    for name, target in links.items():
        (Path(root) / name).symlink_to(Path(root) / target, target_is_directory=True)


def call_with_path(function: Any, folder: str) -> Any:
    """Call a function with a folder as a `Path`."""
    return function(Path(folder))


def traced_peak(function: Any, argument: Any) -> int:
    """The most bytes that Python and numpy held at one moment of a call, beyond what they held before."""
    tracemalloc.start()
    try:
        function(argument)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def apply_to_picture(transform: Any, pixels: np.ndarray, runs: int) -> list:
    """What a transform makes of a grayscale picture with these pixels, each time of a fresh one."""
    return [transform(Image.fromarray(pixels)) for _ in range(runs)]


TRANSFORMS = {"same": lambda image: image, "mark": lambda image: ["marked"]}


def make_loader(kind: Any, root: str, split: str, transform: str) -> Any:
    """A data set over a folder, which is text for `train` and else a `Path`, with a transform of the kit's own."""
    options = {} if transform == "none" else {"transform": TRANSFORMS[transform]}
    return kind(root if split == "train" else Path(root), split, **options)


def loader_items(loader: Any, most: int) -> dict:
    """The length of a data set, and what its items are, one after the other."""
    length = len(loader)
    return {"length": length, "items": [described_item(loader[place]) for place in range(min(length, most))]}


def described_item(item: Any) -> Any:
    """Picture and label of an item, the picture described."""
    if not (isinstance(item, (tuple, list)) and len(item) == 2):
        return item
    return {"picture": described_picture(item[0]), "label": item[1]}


def described_picture(value: Any) -> Any:
    """Mode and size of a picture; anything else as it is."""
    if not isinstance(value, Image.Image):
        return value
    return {"mode": value.mode, "width": value.width, "height": value.height}


def load_pictures(loader: Any, root: str, names: list) -> list:
    """What `load_img_from_path` gives for some files, each path given as text and as a `Path`."""
    return [
        described_picture(loader.load_img_from_path(path)) for name in names for path in (str(Path(root) / name), Path(root) / name)
    ]


def ends_at(loader: Any, place: int) -> bool:
    """Whether there is no item at a place, and IndexError says so."""
    try:
        loader[place]
    except IndexError:
        return True
    return False
