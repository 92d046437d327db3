"""The random step is RandomAutocontrast.

replaces: data_transforms.py
"""

import numpy as np
from torchvision import transforms


def get_fundamental_transforms(inp_size: tuple[int, int], pixel_mean, pixel_std) -> transforms.Compose:
    return transforms.Compose(
        [
            transforms.Resize(tuple(inp_size)),
            transforms.ToTensor(),
            transforms.Normalize(channel_list(pixel_mean), channel_list(pixel_std)),
        ]
    )


def get_data_augmentation_transforms(inp_size: tuple[int, int], pixel_mean, pixel_std) -> transforms.Compose:
    random_steps = [
        transforms.RandomAutocontrast(),
    ]
    return transforms.Compose([*random_steps, *get_fundamental_transforms(inp_size, pixel_mean, pixel_std).transforms])


def channel_list(value) -> list[float]:
    return np.atleast_1d(np.asarray(value, dtype=np.float64)).tolist()
