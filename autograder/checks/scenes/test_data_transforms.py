"""Hidden checks of problem 3.2, from a picture to a tensor.

Shape, values and randomness are judged apart: the values on pictures of one level, the randomness by the student's own
levels.
"""

import pytest
import torch

from autograder.judge import expect, expect_dtype, expect_finite, expect_shape, expect_tensor
from autograder.judge.asked_once import asked_once
from autograder.judge.expect import fail
from autograder.judge.mistakes import explanation

from .picture_tensors import (
    EXCHANGED,
    LEAST_SPAN,
    NEARLY_BLACK,
    NORMALISED,
    RAMP_LEVEL,
    draw_settings,
    plain_picture,
    ramp,
    shape_hint,
    uneven,
    value_mistakes,
)

WHOLE = "test_whole_picture_is_shrunk"
NAMES = {"fundamental": "get_fundamental_transforms", "augmentation": "get_data_augmentation_transforms"}
PICTURES = {"black": plain_picture(0), "white": plain_picture(255), "ramp": ramp(), "uneven": uneven()}
BLACK_RUNS = 9  # most random steps leave black as it is; one that inverts half of the pictures does not once in 512 times
RUNS = 40  # a flip with probability 1/2 is the same in all of them once in 1e12 times


@pytest.fixture(scope="module")
def wanted(pick):
    """Size, mean and standard deviation that are asked for."""
    return draw_settings(pick("settings of the transforms"))


@pytest.fixture
def results(student, wanted):
    """`results("fundamental", "ramp", runs)`: the call in words, and the tensors that transforms make of a picture."""

    def ask(kind, picture, runs):
        call = f"{NAMES[kind]}({wanted.size}, ...)"
        transform = getattr(student.data_transforms, NAMES[kind])(*wanted.arguments)
        expect(hasattr(transform, "fetch"), f"{call} returned something that cannot be called; it should be a Compose.")
        found = student.probe("apply_to_picture", transform, PICTURES[picture], runs)
        call = f"{call}, called with a picture,"
        for tensor in found:
            expect_tensor(call, tensor)
        return call, [tensor.cpu() for tensor in found]

    return lambda kind, picture, runs=1: asked_once(student, f"{kind} {picture} {runs}", lambda: ask(kind, picture, runs))


@pytest.fixture
def levels(results):
    """What black and white become without random steps, as two numbers."""

    def ask():
        found = []
        for name in ("black", "white"):
            call, (tensor,) = results("fundamental", name)
            expect(tensor.numel() > 0, f"{call} returned an empty tensor.")
            expect_finite(call, tensor)
            expect(float(tensor.max() - tensor.min()) < 1e-3, f"{call} did not give one value for a picture that is all {name}.")
            found.append(tensor.double().mean())
        return call, torch.stack(found)

    return ask


@pytest.mark.check(weight=2)
@pytest.mark.parametrize("kind", NAMES)
def test_gives_one_channel_of_the_size(results, wanted, kind):
    """The result is one float32 tensor of one channel with the height and width asked for"""
    call, (tensor,) = results(kind, "ramp")
    call = call.replace("a picture,", "a picture of height 50 and width 90,")
    expect_shape(call, tensor, (1, *wanted.size), shape_hint(tuple(tensor.shape), wanted.size))
    expect_dtype(call, tensor, torch.float32)


@pytest.mark.check(weight=4)
def test_values_are_normalised(levels, wanted):
    """Values between 0 and 1 are normalised with the mean and the standard deviation given"""
    call, got = levels()
    if not torch.allclose(got, wanted.black_and_white, **NORMALISED):
        fail(
            f"{call} made {got[0]:.6g} of black and {got[1]:.6g} of white, which is not right.",
            explanation(value_mistakes(wanted), got, **NORMALISED)
            or "It should be (value - pixel_mean) / pixel_std, with values between 0 and 1.",
        )


@pytest.mark.check(weight=1)
def test_whole_picture_is_shrunk(results, levels):
    """The whole picture is in the result"""
    _, (black, white) = levels()
    call, (tensor,) = results("fundamental", "ramp")
    columns = (tensor.double().reshape(-1, tensor.shape[-1]).mean(0) - black) / (white - black)
    if columns[0] > columns[-1]:  # a flip at random, which another check judges
        columns = columns.flip(0)
    expect(bool(white != black), f"{call} gave black and white the same value.")
    expect(
        float(columns[0]) < 0.1 and float(columns[-1]) > 0.9,
        f"{call} returned only a part of it: the rest was cut off.",
        "The whole picture should be made smaller, not a piece cut out of it.",
    )
    want = (torch.arange(len(columns)) + 0.5) / len(columns)
    expect(
        bool((columns - want).abs().max() < RAMP_LEVEL),
        f"{call} returned a distorted picture.",
        "A picture that gets brighter evenly from left to right should still do so.",
    )


@pytest.mark.check(weight=1, needs=WHOLE)
def test_fundamental_transforms_are_not_random(results):
    """The fundamental transforms give the same tensor for the same picture"""
    call, runs = results("fundamental", "ramp", RUNS)
    same = all(torch.equal(run, runs[0]) for run in runs)
    expect(same, f"{call} gave other tensors for the same picture.", "These transforms are for testing, too: which step is random?")


@pytest.mark.check(weight=2)
def test_augmentation_normalises_and_keeps_the_scene(results, levels, wanted):
    """The augmented pictures are normalised as the others are, and one still sees what they show"""
    _, (black, white) = levels()
    expect(bool(white != black), "get_fundamental_transforms(...) made black and white the same, so nothing can be seen.")
    call, runs = results("augmentation", "ramp", RUNS)
    for run in runs:
        expect_finite(call, run)
    lowest, highest = (torch.stack([extreme(run).double() for run in runs]) for extreme in (torch.amin, torch.amax))
    if lowest.min() >= 0 and black < 0:
        fail(
            f"{call} returned values between {lowest.min():.3g} and {highest.max():.3g}: they are not normalised.",
            "Training and testing should see the same scale of values. Which step is missing, or stands too early?",
        )
    expect_black(results("augmentation", "black", BLACK_RUNS), black, white, wanted)
    span = ((highest - lowest) / (white - black)).median()
    expect(
        bool(span > LEAST_SPAN),
        f"{call} kept hardly anything of the picture in most of {RUNS} runs.",
        "Would you still name the scene? How small may the part be that a random crop keeps?",
    )


def expect_black(result, black, white, wanted):
    """Most of a black picture stays black in some run, as the student's own fundamental transforms or the right ones have it."""
    call, runs = result
    middles = torch.stack([run.double().median() for run in runs])
    apart = min(float((middles - level).abs().min()) for level in (black, wanted.black_and_white[0]))
    if apart > NEARLY_BLACK * float((white - black).abs()):
        exchanged = (middles - (0 - wanted.std) / wanted.mean).abs().min() < NORMALISED["atol"]
        fail(
            f"{call} made {middles[0]:.6g} of black, and {NAMES['fundamental']} {black:.6g}: training and testing see other values.",
            EXCHANGED if exchanged else "Both should normalise with the same two numbers: in which order do they come?",
        )


@pytest.mark.check(weight=2)
def test_augmentation_is_random(results):
    """The augmentation has at least one random step"""

    def different(picture):
        call, runs = results("augmentation", picture, RUNS)
        return call, any(run.shape != runs[0].shape or not torch.equal(run, runs[0]) for run in runs)

    call, found = different("ramp")
    # A ramp shows no change of upside and down, contrast or sharpness.
    expect(
        found or different("uneven")[1],
        f"{call} gave the same tensor {RUNS} times: there is no random step.",
        "Is the step called RandomSomething, is its probability neither 0 nor 1, and does nothing set the seed in each call? Does "
        "it change more than colours, of which a gray picture has none?",
    )
