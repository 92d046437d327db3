"""Public checks of task 3.2. Run: pytest checks/test_data_transforms.py"""

import numpy as np
import pytest
import torch
from PIL import Image

MEAN, STD = np.array([0.5]), np.array([0.25])


@pytest.fixture
def picture():
    """A grayscale picture, 30 px high and 40 px wide: dark left half, bright right half."""
    pixels = np.zeros((30, 40), dtype=np.uint8)
    pixels[:, 20:] = 255
    return Image.fromarray(pixels)


def test_white_becomes_two(picture):
    """White is 1 as a tensor; (1 - 0.5) / 0.25 = 2."""
    from data_transforms import get_fundamental_transforms

    white = get_fundamental_transforms((8, 6), MEAN, STD)(Image.new("L", (40, 30), 255))
    assert tuple(white.shape) == (1, 8, 6), f"inp_size (8, 6) should give (1, 8, 6), height first; got {white.shape}"
    assert white.dtype == torch.float32, f"the dtype should be float32; it is {white.dtype}"
    assert torch.allclose(white, torch.full((1, 8, 6), 2.0)), (
        f"white with mean 0.5, std 0.25 should become (1 - 0.5) / 0.25 = 2; got values up to {white.max():.4g}"
    )


def test_the_fundamental_transforms_are_not_random(picture):
    """The same picture always gives the same tensor."""
    from data_transforms import get_fundamental_transforms

    transform = get_fundamental_transforms((16, 16), MEAN, STD)
    first = transform(picture)
    assert all(torch.equal(first, transform(picture)) for _ in range(20)), "two runs on one picture differ"


def test_augmentation_is_random(picture):
    """Among 40 runs on one picture at least two differ; shape and dtype stay."""
    from data_transforms import get_data_augmentation_transforms

    transform = get_data_augmentation_transforms((16, 16), MEAN, STD)
    results = [transform(picture) for _ in range(40)]
    for result in results:
        assert tuple(result.shape) == (1, 16, 16), f"the shape should be (1, 16, 16); got {result.shape}"
        assert result.dtype == torch.float32, f"the dtype should be float32; it is {result.dtype}"
    assert any(not torch.equal(results[0], other) for other in results), "40 runs on one picture are all the same"


def test_augmented_pictures_are_normalised_too(picture):
    """A picture of white and black lies between (0 - 0.5) / 0.25 = -2 and 2, and not within [0, 1]."""
    from data_transforms import get_data_augmentation_transforms

    transform = get_data_augmentation_transforms((16, 16), MEAN, STD)
    lowest = min(transform(picture).min().item() for _ in range(20))
    assert lowest < -0.5, f"black should become about -2; the lowest value of 20 runs is {lowest:.4g}"
