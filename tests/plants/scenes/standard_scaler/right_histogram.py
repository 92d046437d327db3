"""Counts of the 256 gray values; exact, and the same memory for any number of images.

replaces: stats_helper.py
"""

import os

import numpy as np
from PIL import Image


def compute_mean_and_std(dir_name):
    counts = np.zeros(256, dtype=np.int64)
    for folder, _, names in os.walk(dir_name, followlinks=True):
        for name in names:
            if name.lower().endswith((".jpg", ".jpeg", ".png")):
                with Image.open(os.path.join(folder, name)) as image:
                    counts += np.array(image.convert("L").histogram())
    levels = np.arange(256) / 255.0
    mean = np.average(levels, weights=counts)
    variance = np.average((levels - mean) ** 2, weights=counts)
    return np.array([mean]), np.array([variance**0.5])
