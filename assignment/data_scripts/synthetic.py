"""`synthetic`: ten kinds of shapes drawn by code, so that every part of the course works without any download.

Each image is a flat shape at a random place, size and angle, in a random colour, on a shaded background among small
blobs, under noise. Three things tell the class apart, and each kind of model can use more of them than the one before:
the background's tint (weak, but linear in the pixels), the shape's average outline when it is brighter than the
background (it is darker in a tenth of the images), and the shape itself wherever it lies.
Measured on the test images with one seed: softmax 35 %, two layers 52 %, one convolution 71 %, a small residual
network with batch norm 92 % after three epochs; the mean colour alone 27 %.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from data_scripts.finished import Dataset
from data_scripts.sources import Source
from data_scripts.spec import DataSpec
from data_scripts.writer import DatasetWriter, pixel_statistics

N_TRAIN, N_TEST, SIDE_PX = 10_000, 2_000, 32
SEEDS = {"train": 1, "test": 2}
CHUNK_IMAGES = 100

SHAPE_RADIUS_PX = (5.0, 9.0)
SHAPE_OFFSET_PX = 4.0
LARGEST_TURN_RAD = 1.0
CONTRAST = (0.25, 0.7)
COLOUR_SPREAD = 0.25
BRIGHTER_SHARE = 0.9
BACKGROUND = (0.3, 0.7)
TINT = 0.11
SHADING = 0.3
N_BLOBS = 5
BLOB_RADIUS_PX = (1.5, 4.5)
NOISE = 0.12

Plane = np.ndarray


def _length(u: Plane, v: Plane) -> Plane:
    """`np.hypot` guards against overflow, which costs most of the drawing time and cannot happen here."""
    return np.sqrt(u * u + v * v)


def disc(u: Plane, v: Plane) -> Plane:
    """Every outline takes coordinates in units of the shape's radius; its result is positive inside."""
    return 0.8 - _length(u, v)


def ring(u: Plane, v: Plane) -> Plane:
    """A disc with a hole."""
    return 0.2 - np.abs(_length(u, v) - 0.68)


def square(u: Plane, v: Plane) -> Plane:
    """A filled square."""
    return 0.72 - np.maximum(np.abs(u), np.abs(v))


def frame(u: Plane, v: Plane) -> Plane:
    """A square with a hole."""
    return 0.17 - np.abs(np.maximum(np.abs(u), np.abs(v)) - 0.66)


def triangle(u: Plane, v: Plane) -> Plane:
    """An equilateral triangle."""
    return 0.5 - np.maximum(v, 0.866 * np.abs(u) - 0.5 * v)


def cross(u: Plane, v: Plane) -> Plane:
    """Two crossing bars."""
    return np.minimum(0.85 - np.maximum(np.abs(u), np.abs(v)), 0.24 - np.minimum(np.abs(u), np.abs(v)))


def bars(u: Plane, v: Plane) -> Plane:
    """Two parallel bars."""
    return np.minimum(0.8 - np.abs(v), 0.2 - np.abs(np.abs(u) - 0.5))


def star(u: Plane, v: Plane) -> Plane:
    """Five points."""
    return 0.6 + 0.27 * np.cos(5 * np.arctan2(u, v)) - _length(u, v)


def crescent(u: Plane, v: Plane) -> Plane:
    """A disc with another taken out of its side."""
    return np.minimum(0.88 - _length(u, v), _length(u - 0.42, v) - 0.62)


def checks(u: Plane, v: Plane) -> Plane:
    """Squares of a chessboard."""
    board = 0.3 * np.sin(np.pi * u / 0.57) * np.sin(np.pi * v / 0.57)
    return np.minimum(0.85 - np.maximum(np.abs(u), np.abs(v)), board)


OUTLINES: tuple[Callable[[Plane, Plane], Plane], ...] = (
    disc, ring, square, frame, triangle, cross, bars, star, crescent, checks,
)  # fmt: skip
CLASS_NAMES = tuple(outline.__name__ for outline in OUTLINES)


def draw(n_images: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw images, as many of each class as possible.

    Args:
        n_images: how many.
        seed: the same seed gives the same images.
    Returns:
        Images (N, 3, 32, 32) uint8 and labels (N,) int64.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    labels = generator.permutation(np.arange(n_images) % len(OUTLINES))
    images = np.empty((n_images, 3, SIDE_PX, SIDE_PX), dtype=np.uint8)
    for start in range(0, n_images, CHUNK_IMAGES):
        stop = start + CHUNK_IMAGES
        images[start:stop] = _Sheet(labels[start:stop], generator).draw()
    return images, labels.astype(np.int64)


class _Sheet:
    """A few hundred images that are drawn together; a plane is (N, H, W), a picture (N, 3, H, W), both float32."""

    def __init__(self, labels: np.ndarray, generator: np.random.Generator) -> None:
        self.labels, self.generator = labels, generator
        steps = np.arange(SIDE_PX, dtype=np.float32) - (SIDE_PX - 1) / 2
        self.rows, self.columns = steps[None, :, None], steps[None, None, :]

    def draw(self) -> np.ndarray:
        base = self._uniform(*BACKGROUND, 3) + _tints()[self.labels]
        picture = self._shaded(base)
        for _ in range(N_BLOBS):
            self._paint(picture, self._blob(), self._uniform(0, 1, 3))
        sign = np.where(self._uniform(0, 1) < BRIGHTER_SHARE, 1, -1).astype(np.float32)
        contrast = sign * self._uniform(*CONTRAST)
        self._paint(picture, self._shape(), base + contrast[:, None] + self._uniform(-COLOUR_SPREAD, COLOUR_SPREAD, 3))
        picture += NOISE * self.generator.standard_normal(picture.shape, dtype=np.float32)
        return np.clip(picture * 255 + 0.5, 0, 255).astype(np.uint8)

    def _uniform(self, low: float, high: float, *shape: int) -> np.ndarray:
        """One value or row of values an image."""
        values = self.generator.random((len(self.labels), *shape), dtype=np.float32)
        return np.float32(low) + np.float32(high - low) * values

    def _plane(self, low: float, high: float) -> Plane:
        return self._uniform(low, high, 1, 1)

    def _shaded(self, base: np.ndarray) -> np.ndarray:
        """The base colour, brighter towards a random side."""
        across, down = self._plane(-SHADING, SHADING), self._plane(-SHADING, SHADING)
        shade = (across * self.columns + down * self.rows) / np.float32(SIDE_PX)
        return base[:, :, None, None] + shade[:, None]

    def _turned(self, offset_px: float, angle: Plane, width_px: Plane, height_px: Plane) -> tuple[Plane, Plane]:
        """Coordinates around a random centre, turned by an angle, in units of a width and a height."""
        x = self.columns - self._plane(-offset_px, offset_px)
        y = self.rows - self._plane(-offset_px, offset_px)
        cosine, sine = np.cos(angle), np.sin(angle)
        u = (cosine / width_px) * x + (sine / width_px) * y
        v = (cosine / height_px) * y - (sine / height_px) * x
        return u, v

    def _blob(self) -> Plane:
        """How much of each pixel a small ellipse covers."""
        stretch, radius = np.exp(self._plane(-1.2, 1.2)), self._plane(*BLOB_RADIUS_PX)
        u, v = self._turned(SIDE_PX / 2, self._plane(0, np.pi), 1 / stretch, stretch)
        return np.clip(radius + 0.5 - _length(u, v), 0, 1)

    def _shape(self) -> Plane:
        """How much of each pixel the shape of the image's class covers."""
        radius = self._plane(*SHAPE_RADIUS_PX)
        u, v = self._turned(SHAPE_OFFSET_PX, self._plane(-LARGEST_TURN_RAD, LARGEST_TURN_RAD), radius, radius)
        inside = np.empty_like(u)
        for label, outline in enumerate(OUTLINES):
            chosen = self.labels == label
            inside[chosen] = outline(u[chosen], v[chosen])
        return np.clip(0.9 * inside * radius + 0.5, 0, 1)

    @staticmethod
    def _paint(picture: np.ndarray, cover: Plane, colour: np.ndarray) -> None:
        picture += cover[:, None] * (colour[:, :, None, None] - picture)


def _tints() -> np.ndarray:
    """A small step around the colour wheel for each class: (10, 3) float32."""
    angle = 2 * np.pi * np.arange(len(OUTLINES)) / len(OUTLINES)
    channels = [np.cos(angle + shift * 2 * np.pi / 3) for shift in range(3)]
    return TINT * np.stack(channels, axis=1).astype(np.float32)


def convert(source: Source, writer: DatasetWriter) -> dict[str, Any]:
    """Draw both splits into the arrays.

    Args:
        source: not used; other data sets are read from one.
        writer: receives images and labels.
    Returns:
        The seeds.
    """
    writer.put("train", 0, *draw(writer.spec.n_train, SEEDS["train"]))
    writer.put("test", 0, *draw(writer.spec.n_test, SEEDS["test"]))
    return {"seeds": SEEDS}


def draw_dataset() -> Dataset:
    """The data set in memory, the same that `python -m data_scripts synthetic` writes."""
    train_images, train_labels = draw(N_TRAIN, SEEDS["train"])
    test_images, test_labels = draw(N_TEST, SEEDS["test"])
    histogram = [np.bincount(train_images[:, channel].reshape(-1), minlength=256) for channel in range(3)]
    mean, std = (values.astype(np.float32) for values in pixel_statistics(np.array(histogram)))
    return Dataset(train_images, train_labels, test_images, test_labels, CLASS_NAMES, mean, std)


SPEC = DataSpec(
    name="synthetic",
    title="Synthetic shapes",
    homepage="drawn by this kit",
    licence="that of this kit",
    files=(),
    class_names=CLASS_NAMES,
    image_shape=(3, SIDE_PX, SIDE_PX),
    n_train=N_TRAIN,
    n_test=N_TEST,
    convert=convert,
)
