"""The values stay between 0 and 255.

replaces: stats_helper.py
message: between 0 and 255
"""

from pathlib import Path

import numpy as np
from PIL import Image

from standard_scaler import StandardScaler

IMAGE_SUFFIXES = {".jpg", ".jpeg", ".png"}


def compute_mean_and_std(dir_name) -> tuple[np.ndarray, np.ndarray]:
    scaler = StandardScaler()
    for path in sorted(Path(dir_name).rglob("*")):
        if path.is_file() and path.suffix.lower() in IMAGE_SUFFIXES:
            with Image.open(path) as image:
                pixels = np.asarray(image.convert("L"), dtype=np.float64)
            scaler.partial_fit(pixels.reshape(-1, 1))
    if scaler.n_samples_seen_ == 0:
        raise ValueError(f"no .jpg, .jpeg or .png image below {dir_name}")
    return scaler.mean_, np.sqrt(scaler.var_)
