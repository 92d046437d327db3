"""Brightness statistics of a folder of images: part 3, task 3.1.

The transforms of `data_transforms.py` normalise with these two numbers.
"""

import os
from pathlib import Path

import numpy as np
from PIL import Image

from standard_scaler import StandardScaler

IMAGE_SUFFIXES = {".jpg", ".jpeg", ".png"}


def compute_mean_and_std(dir_name) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of all pixels of all images below a folder.

    Images differ in size, and each pixel counts once: a large image weighs more than a small one. Colour images
    become grayscale first (Pillow's mode "L"), values are then brought from 0..255 to [0, 1]. A data set may be
    larger than memory: hold one image at a time. Folders may be links to folders elsewhere: `os.walk` follows them when
    asked to, `Path.rglob` does not.

    Args:
        dir_name: folder; its images (`.jpg`, `.jpeg`, `.png`, in small or capital letters) lie at any depth.
    Returns:
        (mean, std), two float64 arrays of shape (1,); std is the population's.
    Raises:
        ValueError: there is no image below the folder.
    Source: handout, standard scaler. The 15 scenes' training images have mean 0.455 and std 0.253.
    """
    ### BEGIN SOLUTION 3.1 compute_mean_and_std
    scaler, seen = StandardScaler(), set()
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
    if scaler.n_samples_seen_ == 0:
        raise ValueError(f"no .jpg, .jpeg or .png image below {dir_name}")
    return scaler.mean_, np.sqrt(scaler.var_)
    ### END SOLUTION
