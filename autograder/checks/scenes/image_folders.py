"""Problem 3.1, the statistics of images: folders of hidden pictures, mean and deviation, and the usual mistakes."""

import io
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import torch
from PIL import Image

from autograder.judge.expect import CheckFailed, fail, in_words
from autograder.judge.mistakes import Mistake, explanation
from autograder.sandbox.faults import StudentFault
from autograder.sandbox.student import Student

from .scalers import numbers

# Right versions stay within 1e-12; other formulas of the same gray, without Pillow's rounding, within 4e-4 of it.
GRAY, COLOUR = {"rtol": 0.0, "atol": 1e-6}, {"rtol": 0.0, "atol": 1.5e-3}
HERE, ELSEWHERE = "here", "elsewhere"  # where pictures lie of which one folder is a link
FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
Pixels = list[np.ndarray]


@dataclass(frozen=True)
class Folder:
    """Pictures by their path below a folder, as files and as (H, W) gray values in [0, 1]."""

    files: dict[str, bytes]
    gray: dict[str, np.ndarray]
    colours: dict[str, np.ndarray]

    def pixels(self, chosen: Callable[[str], bool] = lambda name: True) -> Pixels:
        """The gray values of some pictures."""
        return [gray for name, gray in self.gray.items() if chosen(name)]

    def with_link(self, linked: str) -> dict[str, bytes]:
        """The files, those below one folder in another place, to which a link is to be made."""
        return {f"{ELSEWHERE if name.startswith(f'{linked}/') else HERE}/{name}": content for name, content in self.files.items()}


def encoded(pixels: np.ndarray, name: str) -> bytes:
    """(H, W) or (H, W, 3) uint8 as a file of the kind that the name says."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, FORMATS[PurePosixPath(name).suffix.lower()], quality=95)
    return file.getvalue()


def folder(pictures: dict[str, np.ndarray], others: dict[str, bytes] | None = None) -> Folder:
    """A folder with these pictures and other files."""
    files = {name: encoded(pixels, name) for name, pixels in pictures.items()}
    read = {name: Image.open(io.BytesIO(data)) for name, data in files.items()}
    gray = {name: np.asarray(image.convert("L"), dtype=np.float64) / 255 for name, image in read.items()}
    colours = {name: np.asarray(image.convert("RGB"), dtype=np.float64) / 255 for name, image in read.items()}
    return Folder(files | (others or {}), gray, colours)


def _noise(chance: random.Random, height: int, width: int, low: int, spread: int = 60) -> np.ndarray:
    drawn = np.random.default_rng(chance.getrandbits(64))
    return drawn.integers(low, low + spread, size=(height, width), dtype=np.uint8)


def unequal_sizes(chance: random.Random) -> Folder:
    """Gray pictures of very different size, the larger ones brighter, each with another contrast."""
    sizes = [(4, 6), (7, 5), (12, 11), (30, 21)]
    lows = [10 + 50 * place + chance.randrange(10) for place in range(4)]
    return folder(
        {
            f"train/scene/picture_{place}.jpg": _noise(chance, *size, lows[place], 20 + 15 * place)
            for place, size in enumerate(sizes)
        }
    )


def many_places(chance: random.Random) -> Folder:
    """Gray pictures at any depth, of every kind, the brightness of each its own; and a file that is none."""
    names = ["a.png", "b.jpg", "deep/c.jpeg", "deep/er/d.PNG", "deep/er/still/e.jpg", "deep/F.JPG", "other/g.png"]
    levels = chance.sample(range(10, 190, 25), len(names))
    pictures = {name: _noise(chance, 11, 9, level) for name, level in zip(names, levels)}
    return folder(pictures, {"notes.txt": b"These are pictures.", "deep/list.csv": b"name\nc\n"})


def coloured(chance: random.Random) -> Folder:
    """Pictures in strong colours, each of another one, and a gray one."""
    pictures = {"train/scene/gray.jpg": _noise(chance, 16, 8, 40)}
    for place, strongest in enumerate((1, 2, 1, 0)):
        lows = [150 if channel == strongest else 10 + 20 * place for channel in range(3)]
        whole = np.ones((16, 8, 1), np.uint8)  # one colour each: JPEG keeps it
        pictures[f"train/scene/colour_{place}.jpg"] = whole * np.array(lows, np.uint8) + _noise(chance, 16, 8, 0, 20)[..., None]
    return folder(pictures)


def many_alike(count: int, height: int, width: int) -> Folder:
    """Gray pictures of one size."""
    return folder({f"train/scene/picture_{place:02}.jpg": np.full((height, width), 3 * place, np.uint8) for place in range(count)})


def statistics(pixels: Iterable[np.ndarray], ddof: int = 0) -> torch.Tensor:
    """Mean and standard deviation of all values together."""
    every = np.concatenate([part.ravel() for part in pixels])
    return torch.tensor([every.mean(), every.std(ddof=ddof)])


def two_numbers(call: str, got: Any) -> torch.Tensor:
    """Mean and deviation as two numbers; whether they are arrays of shape (1,) is another check's question."""
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        fail(f"{call} returned {in_words(got)}; it should be two arrays, mean and standard deviation.")
    values = [
        numbers(f"{call}: the {name}", [value] if type(value) in (int, float) else value)
        for name, value in zip(("mean", "std"), got)
    ]
    for value in values:
        if value.numel() != 1:
            fail(
                f"{call} returned an array of shape {tuple(value.shape)}; both should have the shape (1,).",
                "One mean for all images is asked for, and one gray value a pixel.",
            )
    return torch.stack([value.reshape(()) for value in values])


def expect_statistics(
    student: Student,
    pictures: Folder,
    call: str,
    got: Any,
    tolerance: dict[str, float],
    mistakes: Iterable[Mistake],
    hint: str,
    mean_only: bool = False,
) -> None:
    """Mean and deviation are those of all pixels, or what the student's own scaler measures: that has its own checks.

    Args:
        tolerance: of both numbers.
        mistakes: as (mean, std).
        mean_only: whether the deviation, and a mean between 0 and 255, are left to the check that judges these.
    """
    found, want = two_numbers(call, got), statistics(pictures.pixels())
    judged = slice(0, 1) if mean_only else slice(0, 2)
    if mean_only and found[0] > 1.5:
        found = found / 255
    if torch.allclose(found[judged], want[judged], **tolerance):
        return
    own = _by_own_scaler(student, pictures)
    if own is not None and torch.allclose(found[judged], own[judged], rtol=1e-6, atol=1e-6):
        return
    usual, near = list(mistakes), {"rtol": 1e-6, "atol": max(tolerance["atol"] / 10, 1e-6)}
    said = explanation(usual, found, **near) or explanation(
        (Mistake(one.value[judged], one.message) for one in usual), found[judged], **near
    )
    wrong = (
        "mean"
        if mean_only or torch.allclose(found[1], want[1], **tolerance)
        else "std"
        if torch.allclose(found[0], want[0], **tolerance)
        else "mean, std"
    )
    fail(f"{call} returned mean {found[0]:.6g} and std {found[1]:.6g}; not right: {wrong}.", said or hint)


def expect_links_followed(call: str, plain: Any, got: Any, pictures: Folder, linked: str) -> None:
    """Mean and deviation are the same, whether a folder is a link or not; what they are is asked elsewhere.

    Args:
        plain: the result for ordinary folders.
        got: for the same pictures, of whose folders one is a link.
    """
    found, ordinary = two_numbers(call, got), two_numbers(call, plain)
    if torch.allclose(found, ordinary, rtol=1e-6, atol=1e-9):
        return
    first = f"{call} returned mean {found[0]:.6g} where one of the folders is a link to a folder elsewhere, else {ordinary[0]:.6g}."
    without = statistics(pictures.pixels(lambda name: not name.startswith(f"{linked}/")))
    is_skipped = torch.allclose(found[:1], without[:1], **GRAY) or torch.allclose(found[:1] / 255, without[:1], **GRAY)
    fail(first, LINKS_SKIPPED if is_skipped else "What does your way through the folders do with a link?")


LINKS_SKIPPED = "A folder that is a link is left out: `os.walk` follows links when asked to, `Path.rglob` does not."


def _by_own_scaler(student: Student, pictures: Folder) -> torch.Tensor | None:
    try:
        scaler = student.standard_scaler.StandardScaler()
        for name in sorted(pictures.gray, key=PurePosixPath):
            scaler.partial_fit(pictures.gray[name].reshape(-1, 1))
        found = student.probe("attributes", scaler, "mean_", "var_")
        mean, var = (numbers(name, found.get(name)).reshape(-1) for name in ("mean_", "var_"))
        return torch.cat([mean, var.clamp(min=0).sqrt()])
    except (StudentFault, CheckFailed, RuntimeError):
        return None


def size_mistakes(pictures: Folder) -> Iterator[Mistake]:
    """What is often measured of pictures of unequal size."""
    pixels = pictures.pixels()
    want = statistics(pixels)
    means, deviations = (torch.tensor([getattr(part, name)() for part in pixels]) for name in ("mean", "std"))
    yield Mistake(
        torch.stack([means.mean(), want[1]]), "In the mean each image counts once, however large it is; each pixel should."
    )
    yield Mistake(torch.stack([want[0], deviations.mean()]), MEAN_OF_STDS)
    yield Mistake(
        torch.stack([means.mean(), deviations.mean()]), f"In the mean each image counts once; each pixel should. {MEAN_OF_STDS}"
    )
    sizes = torch.tensor([float(part.size) for part in pixels], dtype=torch.float64)
    weighted = (deviations * sizes).sum() / sizes.sum()
    pooled = ((deviations.square() * sizes).sum() / sizes.sum()).sqrt()
    for deviation in (weighted, pooled, deviations.square().mean().sqrt()):
        yield Mistake(torch.stack([want[0], deviation]), MEAN_OF_STDS)
    yield Mistake(torch.stack([means.mean(), means.std(correction=0)]), "That is the deviation of the images' means.")
    middle = float(means.mean())
    deviation = (sum(np.square(part - middle).mean() for part in pixels) / len(pixels)) ** 0.5
    yield Mistake(
        torch.tensor([middle, deviation]), "In mean and deviation each image counts once, however large it is; each pixel should."
    )
    yield from value_mistakes(pixels)


MEAN_OF_STDS = "The std is the mean of the images' standard deviations: how far their means lie apart is forgotten."


def value_mistakes(pixels: Pixels) -> Iterator[Mistake]:
    """Mistakes with the two numbers themselves."""
    want = statistics(pixels)
    yield Mistake(255 * want, "The values are between 0 and 255; they should be between 0 and 1.")
    yield Mistake(want / 255, "The values were divided by 255 twice.")
    yield Mistake(torch.stack([want[0], want[1] ** 2]), "The second value is the variance instead of the standard deviation.")
    yield Mistake(
        statistics(pixels, 1),
        "The squared distances were divided by n - 1; the population's standard deviation divides by the number of pixels.",
    )
    yield Mistake(want.flip(0), "Mean and standard deviation are exchanged.")


def place_mistakes(pictures: Folder) -> Iterator[Mistake]:
    """What is often left out."""
    for words, choices in LEFT_OUT.items():
        for chosen in choices:
            if pixels := pictures.pixels(chosen):
                yield Mistake(statistics(pixels), words)


def ending(name: str) -> str:
    """The part of a file's name behind the last dot."""
    return name.rpartition(".")[2]


LEFT_OUT: dict[str, list[Callable[[str], bool]]] = {
    "Images in deeper folders are left out: any depth is asked for.": [
        lambda name: name.count("/") <= 1,
        lambda name: "/" not in name,
        lambda name: name.count("/") == 1,
        lambda name: name.count("/") <= 2,
    ],
    "There are only .jpg images in it; .jpeg and .png are images, too.": [
        lambda name: ending(name) == "jpg",
        lambda name: ending(name).lower() == "jpg",
    ],
    "There are only .png images in it; .jpg and .jpeg are images, too.": [lambda name: ending(name).lower() == "png"],
    "Images whose ending is in capital letters are left out.": [lambda name: ending(name).islower()],
    "Images that end in .jpeg are left out.": [
        lambda name: ending(name).lower() != "jpeg",
        lambda name: ending(name) in ("jpg", "png"),
    ],
    "Images that end in .png are left out.": [
        lambda name: ending(name).lower() != "png",
        lambda name: ending(name) in ("jpg", "jpeg"),
    ],
}


def colour_mistakes(pictures: Folder) -> Iterator[Mistake]:
    """What is often done to colours."""
    colours = list(pictures.colours.values())
    yield Mistake(
        statistics(colour.mean(2) for colour in colours),
        "Gray is the average of red, green and blue here; Pillow's mode L weighs them as the eye does.",
    )
    coloured_only = [colour if (colour[..., :1] != colour).any() else colour[..., :1] for colour in colours]
    for kept in (colours, coloured_only):
        yield Mistake(
            statistics(kept),
            'All three colours of a pixel are counted; each pixel should have one gray value. What does convert("L") do?',
        )
    for channel, name in enumerate(("red", "green", "blue")):
        yield Mistake(
            statistics(colour[..., channel] for colour in colours),
            f'Only the {name} of each pixel is counted. What does convert("L") do?',
        )
