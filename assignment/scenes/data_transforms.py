"""From a picture to a network's input: part 3, task 3.2."""

import numpy as np
from torchvision import transforms


def get_fundamental_transforms(inp_size: tuple[int, int], pixel_mean, pixel_std) -> transforms.Compose:
    """What every picture goes through, in training and in testing: resize, tensor, normalise.

    Nothing in it is random: the same picture always gives the same tensor.

    Args:
        inp_size: (height, width) of the result, in pixels, whatever the picture's own shape.
        pixel_mean: (1,) mean brightness, for values in [0, 1].
        pixel_std: (1,) standard deviation of the brightness, for values in [0, 1].
    Returns:
        a `Compose` that takes a grayscale PIL image and gives (1, height, width) float32, about 0 on average.
    """
    # Task 3.2: From a picture to a tensor, 6 points, about 12 lines.
    # Check it with: pytest checks/test_data_transforms.py
    raise NotImplementedError("Task 3.2: get_fundamental_transforms is not written yet")


def get_data_augmentation_transforms(inp_size: tuple[int, int], pixel_mean, pixel_std) -> transforms.Compose:
    """The fundamental transforms with at least one random step, for training only.

    A random step shows the network a new picture of the same kind each epoch. It must keep the class: after it
    a person still names the scene.

    Args:
        inp_size: (height, width) of the result, in pixels.
        pixel_mean: (1,) mean brightness, for values in [0, 1].
        pixel_std: (1,) standard deviation of the brightness, for values in [0, 1].
    Returns:
        a `Compose` that takes a grayscale PIL image and gives (1, height, width) float32, normalised.
    """
    # Task 3.2: From a picture to a tensor, 6 points, about 12 lines.
    # Check it with: pytest checks/test_data_transforms.py
    raise NotImplementedError("Task 3.2: get_data_augmentation_transforms is not written yet")


def channel_list(value) -> list[float]:
    """One float a channel, as `transforms.Normalize` wants them.

    Args:
        value: a number, list, array or tensor.
    Returns:
        list of floats.
    """
    return np.atleast_1d(np.asarray(value, dtype=np.float64)).tolist()
