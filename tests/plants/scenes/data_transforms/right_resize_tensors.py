"""A tensor first, resized as a tensor; the random step comes last.

replaces: data_transforms.py
"""

from torchvision import transforms


def get_fundamental_transforms(inp_size, pixel_mean, pixel_std):
    return transforms.Compose([
        transforms.ToTensor(),
        transforms.Resize(inp_size, antialias=True),
        transforms.Normalize(mean=tuple(pixel_mean), std=tuple(pixel_std)),
    ])


def get_data_augmentation_transforms(inp_size, pixel_mean, pixel_std):
    return transforms.Compose([
        get_fundamental_transforms(inp_size, pixel_mean, pixel_std),
        transforms.RandomApply([transforms.RandomAffine(degrees=10, translate=(0.1, 0.1))], p=0.7),
    ])
