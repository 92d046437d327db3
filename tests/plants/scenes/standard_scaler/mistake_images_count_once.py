"""Each image counts once in the mean, however large it is.

replaces: stats_helper.py
message: each image counts once
"""

from pathlib import Path

import numpy as np
from PIL import Image

from standard_scaler import StandardScaler

IMAGE_SUFFIXES = {".jpg", ".jpeg", ".png"}


def compute_mean_and_std(dir_name) -> tuple[np.ndarray, np.ndarray]:
    scaler = StandardScaler()
    means = []
    for path in sorted(Path(dir_name).rglob("*")):
        if path.is_file() and path.suffix.lower() in IMAGE_SUFFIXES:
            with Image.open(path) as image:
                pixels = np.asarray(image.convert("L"), dtype=np.float64) / 255
            scaler.partial_fit(pixels.reshape(-1, 1))
            means.append(pixels.mean())
    if scaler.n_samples_seen_ == 0:
        raise ValueError(f"no .jpg, .jpeg or .png image below {dir_name}")
    return np.array([np.mean(means)]), np.sqrt(scaler.var_)
