"""The second version of torchvision's transforms.

replaces: data_transforms.py
"""

import torch
from torchvision.transforms import v2


def get_fundamental_transforms(inp_size, pixel_mean, pixel_std):
    return v2.Compose(steps(inp_size, pixel_mean, pixel_std))


def get_data_augmentation_transforms(inp_size, pixel_mean, pixel_std):
    return v2.Compose([v2.RandomHorizontalFlip(p=0.5), v2.RandomRotation(8), *steps(inp_size, pixel_mean, pixel_std)])


def steps(inp_size, pixel_mean, pixel_std):
    return [
        v2.Resize(list(inp_size)),
        v2.ToImage(),
        v2.ToDtype(torch.float32, scale=True),
        v2.Normalize(mean=[float(value) for value in pixel_mean], std=[float(value) for value in pixel_std]),
        v2.ToPureTensor(),
    ]
