"""A small folder of 15 kinds of drawn pictures, for trying things out without a download (part 3, scenes).

    python made_up_scenes.py ../data/made_up

The folders look like those of the real data set: `train` and `test`, one folder a class, grayscale `.jpg` of
different sizes. A class is a texture: waves of one direction and one width, with random phase, contrast and noise.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

DIRECTIONS, WAVES_PER_IMAGE = 5, (3, 6, 11)


def write_made_up_scenes(root_dir, train_per_class: int = 40, test_per_class: int = 20, seed: int = 0) -> None:
    """Draw a data set; the same seed draws the same pictures.

    Args:
        root_dir: folder to write into; made when it is missing.
        train_per_class: pictures of each class in the training split.
        test_per_class: pictures of each class in the test split.
        seed: of the random numbers.
    """
    random = np.random.default_rng(seed)
    for split, count in (("train", train_per_class), ("test", test_per_class)):
        for number in range(DIRECTIONS * len(WAVES_PER_IMAGE)):
            folder = Path(root_dir) / split / f"waves_{number:02d}"
            folder.mkdir(parents=True, exist_ok=True)
            for index in range(count):
                Image.fromarray(draw(number, random)).save(folder / f"image_{index:04d}.jpg", quality=90)


def draw(number: int, random: np.random.Generator) -> np.ndarray:
    """Draw one picture of a class.

    Args:
        number: the class, 0 to 14.
        random: where phase, contrast, size and noise come from.
    Returns:
        (height, width) uint8, sides of 80 to 120 px.
    """
    height, width = random.integers(80, 121, size=2)
    rows, columns = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    angle = np.pi * (number % DIRECTIONS + random.normal(0, 0.25)) / DIRECTIONS
    waves = WAVES_PER_IMAGE[number // DIRECTIONS] * random.uniform(0.9, 1.1)
    phase = 2 * np.pi * (waves * (rows * np.sin(angle) + columns * np.cos(angle)) + random.uniform())
    picture = random.uniform(90, 165) + random.uniform(25, 70) * np.sin(phase)
    return np.clip(picture + random.normal(0, 50, picture.shape), 0, 255).astype(np.uint8)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python made_up_scenes.py FOLDER")
    write_made_up_scenes(sys.argv[1])
    print(f"drew 15 classes of pictures below {sys.argv[1]}")
