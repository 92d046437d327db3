"""The deviations of the images are averaged, each weighed by its pixels.

replaces: stats_helper.py
message: The std is the mean of the images' standard deviations
"""

import os
from pathlib import Path

import numpy as np
from PIL import Image

from standard_scaler import StandardScaler

IMAGE_SUFFIXES = {".jpg", ".jpeg", ".png"}


def compute_mean_and_std(dir_name) -> tuple[np.ndarray, np.ndarray]:
    scaler, seen, spread, count = StandardScaler(), set(), 0.0, 0
    for folder, folders, names in os.walk(dir_name, followlinks=True):
        if os.path.realpath(folder) in seen:  # a link back to where we were: each image counts once
            folders.clear()
            continue
        seen.add(os.path.realpath(folder))
        folders.sort()
        for path in (Path(folder, name) for name in sorted(names)):
            if path.is_file() and path.suffix.lower() in IMAGE_SUFFIXES:
                with Image.open(path) as image:
                    pixels = np.asarray(image.convert("L"), dtype=np.float64) / 255
                scaler.partial_fit(pixels.reshape(-1, 1))
                spread, count = spread + pixels.std() * pixels.size, count + pixels.size
    if scaler.n_samples_seen_ == 0:
        raise ValueError(f"no .jpg, .jpeg or .png image below {dir_name}")
    return scaler.mean_, np.array([spread / count])
