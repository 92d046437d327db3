"""Hidden checks of problem 3.1, the statistics of a folder of images.

They are judged with whatever a student's own scaler measures, so that its mistakes cost nothing again.
"""

import numpy as np
import pytest
import torch

from autograder.judge import expect
from autograder.judge.dependence import expect_depends
from autograder.judge.expect import fail, in_words
from autograder.sandbox.faults import Raised

from .image_folders import (
    COLOUR,
    ELSEWHERE,
    GRAY,
    HERE,
    colour_mistakes,
    coloured,
    expect_links_followed,
    expect_statistics,
    many_alike,
    many_places,
    place_mistakes,
    size_mistakes,
    two_numbers,
    unequal_sizes,
    value_mistakes,
)
from .scaler_processes import apart, rows  # noqa: F401   pytest finds fixtures by their names here

ALIKE_PX = (40, 50)


@pytest.fixture
def statistics(student):
    """`statistics(folder)`: what compute_mean_and_std returns for pictures, whose folder is given as text or as a Path.

    `linked` is a folder among them that is a link to where it really is.
    """

    def ask(pictures, as_path=False, linked=""):
        root = student.probe("write_files", pictures.with_link(linked) if linked else pictures.files)
        if linked:
            student.probe("link_folders", root, {f"{HERE}/{linked}": f"{ELSEWHERE}/{linked}"})
            root = f"{root}/{HERE}"
        if as_path:
            return student.probe("call_with_path", student.stats_helper.compute_mean_and_std.fetch(), root)
        return student.stats_helper.compute_mean_and_std(root)

    return ask


CALL = "compute_mean_and_std(dir_name)"


def expect_looking(statistics, pick):
    """Other pictures give other numbers: a constant keeps promises of shape and memory, too."""
    found = [two_numbers(CALL, statistics(of(pick("pictures to look at")))) for of in (unequal_sizes, coloured)]
    expect_depends(CALL, *found, "returned the same for other images", "Are the images opened?")


@pytest.mark.check(weight=4)
def test_every_pixel_counts_once(student, statistics, pick):
    """Mean and standard deviation are those of all pixels, whatever the sizes of the images"""
    pictures = unequal_sizes(pick("pictures of unequal size"))
    expect_statistics(
        student,
        pictures,
        f"{CALL} for images of unequal size",
        statistics(pictures),
        GRAY,
        size_mistakes(pictures),
        "Each pixel counts once, with a value in [0, 1]. Was every image brought to one size first?",
    )


@pytest.mark.check(weight=2, shares={"a folder that is a link": 2})
@pytest.mark.parametrize("how", ["given as text", "given as a Path", "a folder that is a link"])
def test_images_are_found_at_any_depth(student, statistics, pick, how):
    """Images that end in .jpg, .jpeg or .png, in small or capital letters, are found at any depth"""
    pictures = many_places(pick("pictures in many places"))
    if how == "a folder that is a link":
        expect_looking(statistics, pick)
        expect_links_followed(CALL, statistics(pictures), statistics(pictures, linked="deep"), pictures, "deep")
        return

    def mistakes():
        yield from place_mistakes(pictures)
        yield from value_mistakes(pictures.pixels())

    try:
        found = statistics(pictures, how == "given as a Path")
    except Raised as fault:
        if "NotADirectoryError" in fault.details:
            fail(fault.message, "Images lie at any depth, and beside folders there may be files: what goes through a whole tree?")
        raise
    expect_statistics(
        student,
        pictures,
        f"{CALL} for images at any depth",
        found,
        GRAY,
        mistakes(),
        "Which folders are looked into, and which endings are looked for?",
        mean_only=True,
    )


@pytest.mark.check(weight=2)
def test_colour_becomes_gray(student, statistics, pick):
    """A pixel in colour counts as one gray value, as Pillow's mode L gives it"""
    pictures = coloured(pick("pictures in colour"))

    def mistakes():
        yield from colour_mistakes(pictures)
        yield from value_mistakes(pictures.pixels())

    expect_statistics(
        student,
        pictures,
        f"{CALL} for images in colour",
        statistics(pictures),
        COLOUR,
        mistakes(),
        'What does convert("L") make of a colour?',
        mean_only=True,
    )


@pytest.mark.check(weight=1)
def test_result_is_two_arrays_of_one_number(statistics, pick):
    """The results are two arrays of shape (1,)"""
    expect_looking(statistics, pick)
    for name, value in zip(("mean", "std"), statistics(unequal_sizes(pick("pictures of unequal size")))):
        hint = "The transforms want one number a channel, and gray has one channel."
        expect(
            isinstance(value, (np.ndarray, torch.Tensor)),
            f"{CALL} returned {in_words(value)} as {name}; it should be an array of shape (1,).",
            hint,
        )
        expect(
            tuple(value.shape) == (1,),
            f"{CALL} returned an array of shape {tuple(value.shape)} as {name}; it should be (1,).",
            hint,
        )


@pytest.mark.check(weight=1)
def test_memory_is_that_of_one_image(student, statistics, pick):
    """The memory that is needed does not grow with the number of images"""
    expect_looking(statistics, pick)
    compute, peaks = student.stats_helper.compute_mean_and_std.fetch(), []
    for count in (3, 15):
        root = student.probe("write_files", many_alike(count, *ALIKE_PX).files)
        peaks.append(student.probe("traced_peak", compute, root))
    # Right versions hold at most 9 kB more, the paths; twelve more images with one byte a pixel are 24 kB.
    grown = all(type(peak) is int for peak in peaks) and peaks[1] - peaks[0] > 10 * ALIKE_PX[0] * ALIKE_PX[1]
    expect(
        not grown,
        f"{CALL} needs more memory for 15 images than for 3 of the same size.",
        "A data set may be larger than memory: what is kept of an image after the next one is opened?",
    )
