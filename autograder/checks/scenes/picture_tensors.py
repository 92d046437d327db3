"""Problem 3.2: pictures whose tensors can be worked out, and what the usual mistakes make of black and white."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from autograder.judge.mistakes import Mistake

HEIGHT, WIDTH = 50, 90
# Right versions (all interpolations, resizing as picture or as tensor) differ by 0.023 at the ends of the ramp.
RAMP_LEVEL = 0.05
# Float32 leaves 2e-7 of values of size 1.
NORMALISED = {"rtol": 1e-5, "atol": 1e-5}
# From black, 0, to white, 1: the median of 40 runs keeps 0.37 with RandomResizedCrop as torchvision has it, 0.4 and
# more with other usual steps, 0.02 with a crop of a few pixels.
LEAST_SPAN = 0.15
# From black to white, too: mean and deviation exchanged move black by 0.14 and more; random steps leave it alone in some run.
NEARLY_BLACK = 0.08
EXCHANGED = "It looks as if mean and standard deviation are exchanged."


@dataclass(frozen=True)
class Settings:
    """What the two functions are asked for."""

    size: tuple[int, int]
    mean: float
    std: float

    @property
    def arguments(self) -> tuple:
        """As a student's functions get them."""
        return self.size, np.array([self.mean]), np.array([self.std])

    @property
    def black_and_white(self) -> torch.Tensor:
        """What black and what white become."""
        return (torch.tensor([0.0, 1.0], dtype=torch.float64) - self.mean) / self.std


def draw_settings(chance: random.Random) -> Settings:
    """A size whose sides differ, and numbers that nobody's data set has."""
    return Settings(
        chance.choice([(20, 30), (24, 34), (18, 27)]), chance.choice([0.37, 0.38, 0.43]), chance.choice([0.27, 0.28, 0.3])
    )


def plain_picture(level: int) -> np.ndarray:
    """(50, 90) pixels, all of one level."""
    return np.full((HEIGHT, WIDTH), level, np.uint8)


def ramp() -> np.ndarray:
    """(50, 90) pixels that get brighter from left to right."""
    return np.tile(np.linspace(0, 255, WIDTH).round().astype(np.uint8), (HEIGHT, 1))


def uneven() -> np.ndarray:
    """(50, 90) pixels in which every random step shows: of a middling contrast, no side like another, with sharp edges."""
    picture = 70 + np.tile(np.linspace(0, 30, WIDTH), (HEIGHT, 1)) + np.linspace(0, 20, HEIGHT)[:, None]
    picture[5:20, 8:40] += 45
    picture[30:35, 60:85] -= 40
    return picture.round().astype(np.uint8)


def shape_hint(shape: tuple[int, ...], size: tuple[int, int]) -> str:
    """Why a picture has this shape instead of (1, height, width)."""
    if shape == (1, size[1], size[0]):
        return "It looks as if height and width are exchanged: PIL counts (width, height), torchvision (height, width)."
    if shape[-2:] == (HEIGHT, WIDTH):
        return "The picture was not resized."
    if len(shape) == 3 and shape[0] == 1 and shape[1] < shape[2] and abs(shape[2] / shape[1] - WIDTH / HEIGHT) < 0.06:
        return "Resize with one number gives it to the shorter side and keeps the proportion of the picture: give both numbers."
    if shape[:1] == (3,):
        return "A grayscale picture has one channel: what makes three of it?"
    return "It should be one channel of `inp_size`, height before width."


def value_mistakes(wanted: Settings) -> Iterator[Mistake]:
    """What black and white become by the usual mistakes."""
    mean, std = wanted.mean, wanted.std
    levels = torch.tensor([0.0, 1.0], dtype=torch.float64)
    yield Mistake(levels, "They were not normalised: the values are still between 0 and 1.")
    yield Mistake(255 * levels, "They were not normalised: the values are still between 0 and 255.")
    yield Mistake((levels - mean) / std**2, "It was divided by the variance, the square of pixel_std.")
    yield Mistake((levels - mean) / std**0.5, "It was divided by the square root of pixel_std, which is no variance.")
    yield Mistake((levels - std) / mean, EXCHANGED)
    yield Mistake((levels / 255 - mean) / std, "It looks as if the values were divided by 255 twice: ToTensor does it already.")
    yield Mistake(
        (255 * levels - mean) / std, "The values were between 0 and 255 when they were normalised; bring them to [0, 1] first."
    )
    for other in ((0.485, 0.229), (0.456, 0.224), (0.406, 0.225), (0.5, 0.5), (0.449, 0.226)):
        yield Mistake(
            (levels - other[0]) / other[1],
            "These are numbers of another data set: pixel_mean and pixel_std are the ones to normalise with.",
        )
    yield Mistake(levels - mean, "It was not divided by pixel_std.")
    yield Mistake(levels / std, "pixel_mean was not subtracted.")
    yield Mistake((levels + mean) / std, "pixel_mean was added instead of subtracted.")
    yield Mistake((levels - mean) * std, "It was multiplied by pixel_std instead of divided.")
    yield Mistake(wanted.black_and_white.flip(0), "Black and white are exchanged.")
