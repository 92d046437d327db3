"""Sums of the values and of their squares, in float64, with torch.

replaces: stats_helper.py
"""

import os
from pathlib import Path

import numpy as np
import torch
from PIL import Image


def compute_mean_and_std(dir_name):
    count, total, squares = 0, 0.0, 0.0
    for path in (Path(folder, name) for folder, _, names in os.walk(dir_name, followlinks=True) for name in names):
        if path.suffix.lower() not in (".jpg", ".jpeg", ".png"):
            continue
        gray = torch.from_numpy(np.array(Image.open(path).convert("L"))).double().div(255)
        count += gray.numel()
        total += gray.sum().item()
        squares += gray.square().sum().item()
    mean = total / count
    return np.asarray([mean]), np.asarray([max(squares / count - mean**2, 0.0) ** 0.5])
