"""Hidden checks of problem 3.1, the scaler and the statistics of a folder of images.

A variance that divides by n - 1 costs its points once: the checks after the first take it as it is meant. So do those of
the images' statistics with whatever a student's own scaler measures.
"""

import contextlib
from weakref import WeakKeyDictionary

import numpy as np
import pytest
import torch

from autograder.judge import expect, expect_close
from autograder.judge.asked_once import asked_once
from autograder.judge.dependence import expect_depends
from autograder.judge.expect import fail, in_words
from autograder.sandbox.faults import NotWritten, Raised, StudentFault
from autograder.sandbox.student import begin_anew

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
from .scalers import (
    ANOTHER_FIT,
    FAR,
    NAMES,
    ORDINARY,
    STANDARDISED,
    divisor,
    draw_rows,
    expect_another_width,
    expect_attribute,
    expect_measured,
    expect_scale_1,
    expect_tensor_for_tensor,
    far_reason,
    inverse_mistakes,
    listed,
    measured,
    right,
    rows_of,
    split,
    split_mistakes,
    transform_mistakes,
    whole_mistakes,
)

MEANS, SPREADS = [30.0, -400.0, 7.0], [3.0, 9.0, 0.4]
SPLITS = {
    "three unequal batches": [3, 30],
    "batches of 1 and 4 rows": [1, 5, 29],
    "row by row": list(range(1, 40)),
    "a batch of 0 rows": [5, 5, 29],
}
ALIKE_PX = (40, 50)
_SHARED: WeakKeyDictionary = WeakKeyDictionary()  # whether a student's scalers share their state


@pytest.fixture(scope="module")
def rows(pick):
    """Forty rows of three features."""
    return draw_rows(pick("rows of the scaler"), 40, MEANS, SPREADS)


@pytest.fixture(autouse=True)
def apart(student, rows):
    """Whether scalers share what they measure: if so, every check gets a process of its own."""

    def shared():
        with contextlib.suppress(StudentFault):
            one, other = (student.standard_scaler.StandardScaler() for _ in range(2))
            before = student.probe("attributes", other, NAMES[0])
            one.fit(rows)
            after = student.probe("attributes", other, NAMES[0])
            return before.keys() != after.keys() or bool(before) and in_words(before[NAMES[0]]) != in_words(after[NAMES[0]])
        return False

    if student not in _SHARED:
        _SHARED[student] = shared()
    if _SHARED[student]:
        begin_anew(student)
    return not _SHARED[student]


@pytest.mark.check(weight=1)
def test_scalers_share_nothing(student, rows, apart):
    """A scaler knows nothing of what another one has seen"""
    fitted(student, rows)
    expect(
        apart,
        "After fit(...) of one StandardScaler, another one has measured the same rows.",
        "Are the totals attributes of the class? Each scaler needs its own, made in `__init__`.",
    )


@pytest.fixture
def ddof(student, rows):
    """What a student subtracts from the number of rows in the variance."""
    return asked_once(student, "divisor", lambda: divisor(student, rows))


@pytest.fixture
def after(student):
    """`after([part, ...])`: a scaler that has seen these batches with partial_fit, and what it has measured."""

    def see(parts):
        scaler = student.standard_scaler.StandardScaler()
        for part in parts:
            scaler.partial_fit(part)
        return scaler, measured(student, "After partial_fit(...)", scaler, parts[0].shape[1])

    return see


def fitted(student, rows):
    """A scaler that was fitted to rows, and what it has measured."""
    scaler = student.standard_scaler.StandardScaler()
    scaler.fit(rows)
    return scaler, measured(student, "After fit(...)", scaler, rows.shape[1])


@pytest.mark.check(weight=4)
@pytest.mark.parametrize("name", NAMES)
def test_fit_measures_mean_and_variance(student, rows, name):
    """fit measures number, mean, population variance and scale of each feature"""
    scaler, got = fitted(student, rows)
    expect_attribute(student, "After fit(...)", scaler, name)
    expect_measured("After fit(...)", got, right(rows), whole_mistakes(rows), only=(name,))


@pytest.mark.check(weight=2, shares=(4, 4, 3, 1))
@pytest.mark.parametrize("cuts", SPLITS)
def test_any_split_gives_the_same_numbers(after, ddof, rows, cuts):
    """Any way of cutting the rows into batches gives the same numbers"""
    parts = split(rows, SPLITS[cuts])
    _, got = after(parts)
    expect_measured(f"After partial_fit for {cuts}", got, right(rows, ddof), split_mistakes(parts))


@pytest.mark.check(weight=2)
@pytest.mark.parametrize("cuts", [[], [9, 31]], ids=["one batch", "three batches"])
def test_variance_is_right_for_a_mean_of_1e8(after, ddof, pick, cuts):
    """The variance is right to six digits for a mean of 1e8"""
    rows = draw_rows(pick("rows far from 0"), 60, [1e8, -1e8], [1.0, 1.0])
    _, got = after(split(rows, cuts))
    # How batches are joined is another check's question: moved towards 0, the same batches have the same variance.
    want = after(split(rows - np.array([1e8, -1e8]), cuts))[1].var if cuts else right(rows, ddof).var
    if not torch.allclose(got.var, want, **FAR):
        near = torch.allclose(got.var, want, rtol=0.3, atol=0)
        fail(
            f"After partial_fit for rows with a mean of 1e8, var_ is {listed(got.var)}: "
            f"{'only its first digits are right' if near else 'that is not right at all'}.",
            far_reason(lambda other: after([other])[1], pick("ordinary rows")),
        )


@pytest.mark.check(weight=2)
@pytest.mark.parametrize("kind", ["array of uint8", "tensor of uint8", "array of int16"])
def test_small_integers_do_not_overflow(student, ddof, pick, kind):
    """Rows of small integers, as arrays or tensors, are measured without overflow"""
    low, high = {"uint8": (90, 256), "int16": (-3000, 9000)}[kind.split()[-1]]
    whole = np.random.default_rng(pick(f"rows as {kind}").getrandbits(64)).integers(low, high, size=(30, 2))
    want, small = right(whole.astype(np.float64), ddof), whole.astype(kind.split()[-1])

    def after_fit(rows):
        scaler = student.standard_scaler.StandardScaler()
        if kind.startswith("tensor"):
            student.probe("call_with_cpu_tensors", scaler.fit.fetch(), rows)
        else:
            scaler.fit(rows)
        return measured(student, f"After fit(...) for an {kind}".replace("an tensor", "a tensor"), scaler, 2)

    got = after_fit(small)
    if not all(torch.allclose(getattr(got, name), getattr(want, name), **ORDINARY) for name in ("mean", "var")):
        wide = after_fit(whole.astype(np.float64))
        hint = "Is it right for an array of float64?"
        if torch.allclose(wide.var, want.var, **ORDINARY):
            hint = (
                "For the same numbers in float64 it is right: a sum or a square has wrapped around. What comes before any "
                "arithmetic?"
            )
        fail(f"After fit(...) for {kind}: mean_ is {listed(got.mean)} and var_ {listed(got.var)}, which is not right.", hint)


@pytest.mark.check(weight=1)
def test_features_that_never_change_have_scale_1(after, rows):
    """A feature that never changes has scale 1"""
    expect_scale_1(after, rows[:, 0], (7.0, -0.5), "A feature that never changes has variance 0: what would transform divide by?")


@pytest.mark.check(weight=1)
def test_rounding_is_not_taken_for_change(after, rows):
    """A feature that never changes has scale 1 even if float64 cannot hold its value exactly"""
    expect_scale_1(
        after,
        rows[:, 0],
        (0.1, 1e8 + 0.3),
        "A feature that never changes has variance 0, up to rounding: "
        "when is a variance nothing but rounding, or how is rounding "
        "avoided?",
    )


@pytest.mark.check(weight=1, shares=(3, 1))
@pytest.mark.parametrize("before", ["of as many features", "of fewer features"])
def test_fit_forgets_what_was_seen_before(student, ddof, rows, before):
    """fit and fit_transform forget the rows of an earlier fit"""
    if before == "of fewer features":
        expect_another_width(student, rows)
        return
    for name in ("fit", "fit_transform"):
        scaler = student.standard_scaler.StandardScaler()
        scaler.fit(rows[:9] + 50)
        getattr(scaler, name)(rows[9:])
        call = f"After fit(...) and then {name}(...)"
        both = right(np.concatenate([rows[:9] + 50, rows[9:]]), ddof)
        expect_measured(call, measured(student, call, scaler, 3), right(rows[9:], ddof), iter([(ANOTHER_FIT, both)]))


@pytest.mark.check(weight=2, shares=(4, 4, 1))
@pytest.mark.parametrize("name", ["transform", "fit_transform", "transform of a tensor"])
def test_transform_standardises(student, rows, name):
    """transform and fit_transform subtract the mean and divide by the scale"""
    scaler, own = fitted(student, rows[:25])
    given = rows[25:]
    if name == "transform of a tensor":
        expect_tensor_for_tensor(student, "transform(...)", scaler.transform, given)
        return
    got = getattr(scaler, name)(given)
    if name == "fit_transform":
        own = measured(student, "After fit_transform(...)", scaler, 3)
    want = (torch.from_numpy(given) - own.mean) / own.scale
    expect_close(
        f"{name}(...)",
        rows_of(f"{name}(...)", got, given),
        want,
        **STANDARDISED,
        mistakes=transform_mistakes(given, own),
        hint="It should be (x - mean_) / scale_, feature by feature.",
    )


@pytest.mark.check(weight=1, shares=(4, 1))
@pytest.mark.parametrize("kind", ["an array", "a tensor"])
def test_inverse_transform_goes_back(student, rows, kind):
    """inverse_transform undoes transform"""
    scaler, own = fitted(student, rows)
    given = rows[:10] / 100
    if kind == "a tensor":
        expect_tensor_for_tensor(student, "inverse_transform(...)", scaler.inverse_transform, given)
        return
    want = torch.from_numpy(given) * own.scale + own.mean
    got = rows_of("inverse_transform(...)", scaler.inverse_transform(given), given)
    expect_close(
        "inverse_transform(...)",
        got,
        want,
        rtol=1e-5,
        atol=1e-4,
        mistakes=inverse_mistakes(given, own),
        hint="Which steps undo those of transform, and in which order?",
    )


@pytest.mark.check(weight=1)
def test_unfitted_use_is_an_error(student, rows):
    """transform and inverse_transform are errors before anything was fitted"""
    fitted(student, rows)[0].transform(rows)  # what never works does not refuse anything
    for name in ("transform", "inverse_transform"):
        try:
            got = getattr(student.standard_scaler.StandardScaler(), name)(rows)
        except NotWritten:
            raise
        except Raised:
            continue
        fail(
            f"StandardScaler().{name}(...) returned {in_words(got)}, although nothing was fitted.",
            "Whoever forgot to fit should be told: raise an error.",
        )


@pytest.mark.check(weight=1)
def test_rows_stay_as_they_are(student, rows):
    """The rows are not changed"""
    scaler, _ = fitted(student, rows)
    for name in ("partial_fit", "transform", "inverse_transform", "fit_transform"):
        _, (after,) = student.probe("call_and_show_inputs", getattr(scaler, name).fetch(), rows)
        same = isinstance(after, np.ndarray) and np.array_equal(after, rows)
        expect(
            same,
            f"{name}(...) changed its argument, the caller's own rows.",
            "Is there a `-=` or `/=`? On an array of float64, np.asarray makes no copy.",
        )


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
