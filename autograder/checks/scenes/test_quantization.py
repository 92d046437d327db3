"""Hidden checks of problem 3.9, a network in eight-bit integers.

The networks are the kit's own and known to both sides; a student's function is judged by the size and the scores of what
it returns.
"""

import numpy as np
import pytest
import torch

from autograder.grading.seeds import derived_seed
from autograder.judge import expect
from autograder.judge.asked_once import asked_once
from autograder.judge.expect import fail
from autograder.sandbox.faults import Raised

from .quantized_networks import (
    CONVOLUTIONS,
    HIGHEST,
    LARGEST_ERROR,
    OUTSIDE,
    SWEPT,
    WRAPPED,
    Prepared,
    other,
    prepared,
    ratio,
    reason,
    scores_of,
    size_words,
    small_images,
    swept,
    with_pixels,
)

CALL = "quantize(model, calibration_batches)"
MOST_BYTES, LEAST_AGREEMENT, LEVELS = 0.3, 0.95, 256


@pytest.fixture(scope="module")
def seed(grading):
    """Of the networks."""
    return derived_seed(grading.options.seed, "networks to be quantized")


@pytest.fixture(scope="module")
def main(seed):
    """The network whose predictions should stay the same."""
    return prepared(seed)


@pytest.fixture
def ask(student):
    """`ask(network, batches)`: what became of a network that was quantized with these batches."""

    def once(network, batches, train=False):
        return student.probe(
            "quantized", student.quantization.quantize.fetch(), network.parts, network.values, batches, network.images, train
        )

    return once


@pytest.fixture
def quantized(student, main, ask):
    """The main network quantized with all of its images."""
    return asked_once(student, "main", lambda: ask(main, [main.images[:12], main.images[12:]]))


@pytest.fixture
def sizes(student, quantized, ask):
    """What is left of the bytes of two networks: most of them are in the linear layers, or in the convolutions."""
    network = Prepared(CONVOLUTIONS, [], small_images(4), torch.zeros(4, 3))
    return ratio(quantized), ratio(asked_once(student, "convolutions", lambda: ask(network, [small_images(4)])))


def expect_changed(reply, main):
    """The network that came back is not the one that was handed in: that keeps many promises, and none of them is worth anything."""
    same = reply["bytes"][0] == reply["bytes"][1] and torch.allclose(
        scores_of(CALL, reply["scores"], main).double(), main.scores.double(), rtol=1e-6, atol=1e-6
    )
    expect(
        not same,
        f"{CALL} returned a network with the bytes and the scores of the one it was given.",
        "Which layers does it look for? Some are inside of an nn.Sequential.",
    )


def expect_a_network(reply):
    """What came back can be measured."""
    expect(reply["bytes"][1] >= 0, f"{CALL} returned something that is no nn.Module.")


@pytest.mark.check(weight=1)
def test_makes_the_network_smaller(quantized, sizes):
    """The quantized network needs fewer bytes"""
    expect_a_network(quantized)
    expect(
        min(sizes) < 0.9,
        f"{CALL} returned a network with as many bytes as before.",
        "Rounded numbers that are still stored in float32 take the same room. Are layers inside of an nn.Sequential found?",
    )
    expect(
        min(sizes) > 0.1,
        f"{CALL} returned a network with hardly anything in its state_dict.",
        "Then it cannot be saved: what does `register_buffer` do?",
    )


@pytest.mark.check(weight=3)
def test_needs_a_quarter_of_the_bytes(sizes):
    """Linear layers and convolutions take at most 0.3 of the bytes"""
    main, convolutions = sizes
    worst = max(sizes)
    expect(
        worst <= MOST_BYTES,
        f"{CALL} returned a network with {worst:.0%} of the bytes; at most {MOST_BYTES:.0%} are asked for.",
        size_words(main, convolutions),
    )


def agreement(scores, network):
    """The part of the images for which the prediction is still the same."""
    return float((scores.argmax(1) == network.classes).double().mean())


def expect_agreement(reply, main, words, hint):
    """At least 95 % of the predictions are those of the network itself."""
    share = agreement(scores_of(f"{CALL}, {words},", reply["scores"], main), main)
    expect(
        share >= LEAST_AGREEMENT,
        f"{CALL}, {words}: {share:.0%} of the predictions are the same; at least {LEAST_AGREEMENT:.0%} are asked for.",
        hint() if share < LEAST_AGREEMENT else "",
    )


@pytest.mark.check(weight=3)
def test_predictions_stay_the_same(quantized, main, ask, seed):
    """At least 95 % of the predictions stay the same"""
    expect_changed(quantized, main)

    def hint():
        return reason(lambda network, batches: scores_of(CALL, ask(network, batches)["scores"], network), seed)

    expect_agreement(quantized, main, "tried on the images that calibrated it", hint)


@pytest.mark.check(weight=2)
def test_activations_are_integers(ask, seed):
    """The inputs of a layer are rounded to 256 levels, too"""
    network = swept(seed)
    scores = scores_of(CALL, ask(network, [network.images])["scores"], network)
    different = len({tuple(row) for row in (scores * 1e4).round().tolist()})
    expect(different > 1, f"{CALL} returned a network whose scores do not depend on a pixel.")
    expect(
        different <= LEVELS,
        f"{CALL} returned a network that tells {different} of {SWEPT} values of a pixel apart: "
        "the activations are still floating point.",
        "Eight bits tell 256 values apart. What happens to a layer's inputs before they are multiplied?",
    )


@pytest.mark.check(weight=1)
def test_other_convolutions_are_right(quantized, main, ask, seed):
    """Convolutions with other borders and steps and without a bias are right"""
    expect_changed(quantized, main)
    if agreement(scores_of(CALL, quantized["scores"], main), main) < LEAST_AGREEMENT:  # another check says so
        return
    network, words = other(seed), f"{CALL}, for kernels of 4x3 px with a border of 1x2 px and a stride of 2x1 and no bias,"
    got = scores_of(words, ask(network, [network.images])["scores"], network)
    error = (got - network.scores).square().mean().sqrt() / network.scores.std(0).square().mean().sqrt()
    expect(
        float(error) < LARGEST_ERROR,
        f"{words} returned a network whose scores are off by {error:.0%} of what images differ by.",
        "Which settings of a layer are carried over: kernel, stride, padding, dilation? Is each channel multiplied by its own "
        "scale again?",
    )


@pytest.mark.check(weight=1, shares=(3, 1))
@pytest.mark.parametrize("batches", ["images", "pairs of images and labels"])
def test_all_calibration_batches_count(quantized, ask, main, seed, batches):
    """The range of the inputs comes from all calibration batches"""
    expect_changed(quantized, main)
    if batches != "images":
        network = swept(seed)
        few = network.images[::60]
        try:
            ask(network, [(few, np.zeros(len(few), np.int64))])
        except Raised as fault:
            fail(
                f"{CALL} did not work for batches of (images, labels).\n{fault.message}",
                "A batch of a data loader has labels, too: what of it does the network get?",
            )
        return
    own = scores_of(CALL, quantized["scores"], main)
    expect(len(own.argmax(1).unique()) > 1, f"{CALL} returned a network that sees the same class in every image.")
    words = "where the last calibration batch is nearly black"
    with_dark = scores_of(f"{CALL}, {words},", ask(main, [main.images, 0.01 * main.images[:5]])["scores"], main)
    # Its own predictions with ordinary batches: whether these are right is another check's question.
    share = float((with_dark.argmax(1) == own.argmax(1)).double().mean())
    expect(
        share >= LEAST_AGREEMENT,
        f"{CALL}, {words}: {share:.0%} of the predictions are those that it makes with ordinary batches.",
        "It looks as if only the last calibration batch counts: what becomes of the range found before?",
    )


@pytest.mark.check(weight=2)
def test_values_outside_of_the_range_are_cut_off(quantized, main, ask, seed):
    """An input a little outside of the calibrated range becomes the end of it"""
    expect_changed(quantized, main)
    network = with_pixels(seed, (HIGHEST, OUTSIDE, WRAPPED))
    highest, outside, wrapped = scores_of(CALL, ask(network, [swept(seed).images[::20]])["scores"], network)
    far, near = float((outside - highest).abs().max()), float((outside - wrapped).abs().max())
    expect(
        far <= near,
        f"{CALL} returned a network that takes a bright pixel outside of the calibrated range for a dark one.",
        "What happens to an integer of 130 in int8? It should become the largest that there is.",
    )


@pytest.fixture
def trained(student, ask, seed):
    """A small network that was handed over in train mode."""
    network = swept(seed)
    return asked_once(student, "in train mode", lambda: ask(network, [network.images[::60]], train=True))


@pytest.mark.check(weight=1)
def test_comes_back_in_eval_mode(trained, quantized, main):
    """The quantized network comes back in eval mode"""
    expect_changed(quantized, main)
    first, second = trained["runs"]
    same = isinstance(first, torch.Tensor) and isinstance(second, torch.Tensor) and torch.equal(first, second)
    expect(
        same, f"{CALL} returned a network that gives other scores in a second run: it is in train mode.", "Dropout is active there."
    )


@pytest.mark.check(weight=2)
def test_leaves_its_argument_as_it_was(trained, quantized, main):
    """The network handed in keeps its layers, values and modes"""
    expect_changed(quantized, main)
    found = trained["argument"]
    if not (found["names"] and found["values"]):
        fail(
            f"{CALL} changed its argument: the network that was handed in has other layers or values now.",
            "Whoever wants to go on training it cannot. What makes a copy of a whole network?",
        )
    expect(
        found["modes"], f"{CALL} put the network that was handed in into another mode.", "Which network does `eval()` belong to?"
    )
