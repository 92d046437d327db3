"""The random step changes colours, which a gray picture has not.

replaces: data_transforms.py
message: more than colours
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
        transforms.ColorJitter(saturation=0.5, hue=0.2),
    ]
    return transforms.Compose([*random_steps, *get_fundamental_transforms(inp_size, pixel_mean, pixel_std).transforms])


def channel_list(value) -> list[float]:
    return np.atleast_1d(np.asarray(value, dtype=np.float64)).tolist()
