"""Steps of one's own, as small functions; a random crop of most of the picture.

replaces: data_transforms.py
"""

import random

import numpy as np
import torch
from PIL import Image
from torchvision import transforms


def get_fundamental_transforms(inp_size, pixel_mean, pixel_std):
    height, width = inp_size

    def shrink(image):
        return image.resize((width, height), Image.BILINEAR)

    def normalise(image):
        values = np.asarray(image, dtype=np.float32)[None] / 255
        return torch.from_numpy(((values - pixel_mean[0]) / pixel_std[0]).astype(np.float32))

    return transforms.Compose([shrink, normalise])


def get_data_augmentation_transforms(inp_size, pixel_mean, pixel_std):
    def crop(image):
        width, height = image.size
        left, top = random.randint(0, width // 8), random.randint(0, height // 8)
        return image.crop((left, top, left + width - width // 8, top + height - height // 8))

    return transforms.Compose([crop, *get_fundamental_transforms(inp_size, pixel_mean, pixel_std).transforms])
