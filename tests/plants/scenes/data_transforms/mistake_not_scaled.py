"""The values stay between 0 and 255 before they are normalised.

replaces: data_transforms.py
message: between 0 and 255
"""

import numpy as np
import torch
from torchvision import transforms


def get_fundamental_transforms(inp_size: tuple[int, int], pixel_mean, pixel_std) -> transforms.Compose:
    return transforms.Compose(
        [
            transforms.Resize(tuple(inp_size)),
            transforms.PILToTensor(),
            transforms.ConvertImageDtype(torch.float64),
            transforms.Lambda(lambda tensor: (tensor * 255).float()),
            transforms.Normalize(channel_list(pixel_mean), channel_list(pixel_std)),
        ]
    )


def get_data_augmentation_transforms(inp_size: tuple[int, int], pixel_mean, pixel_std) -> transforms.Compose:
    random_steps = [
        transforms.RandomHorizontalFlip(),
        transforms.ColorJitter(brightness=0.2, contrast=0.2),
    ]
    return transforms.Compose([*random_steps, *get_fundamental_transforms(inp_size, pixel_mean, pixel_std).transforms])


def channel_list(value) -> list[float]:
    return np.atleast_1d(np.asarray(value, dtype=np.float64)).tolist()
