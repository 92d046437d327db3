"""Problems 3.5 to 3.7: what every network for the fifteen scenes must do, as questions that a check asks."""

from collections.abc import Callable
from typing import NoReturn

import torch
import torch.nn.functional as F

from autograder.judge.expect import expect, expect_close, expect_dtype, expect_finite, expect_shape, expect_tensor, fail
from autograder.judge.mistakes import Mistake
from autograder.judge.score_mistakes import expect_raw_scores
from autograder.sandbox.faults import Raised
from autograder.sandbox.held import Held, words_of
from autograder.sandbox.student import Student

SCENES = 15
ASKED_FOR = {"nn.Conv2d": "convolution", "nn.Linear": "linear layer", "nn.ReLU": "ReLU"}
# Right criteria in float32 stay within 1e-6 of a sum of 20 in float64; ten times that.
SUM = {"rtol": 0.0, "atol": 1e-5}


def scores_of(model: Held, images: torch.Tensor) -> torch.Tensor:
    """The scores of a batch; that the network wants another number of channels is said in words."""
    try:
        return expect_tensor(f"{words_of(model)}(<{'x'.join(map(str, images.shape))}>)", model(images))
    except Raised as fault:
        explain_channels(fault)


def fitting(model: Held, images: torch.Tensor) -> torch.Tensor:
    """Gray images as a network takes them: repeated to three channels for one that wants colour, which one check says."""
    try:
        model(images[:2])
    except Raised as fault:
        return images.repeat(1, 3, 1, 1) if "channels" in fault.details else images
    return images


def explain_channels(fault: Raised) -> NoReturn:
    """Raise a fault again, with a hint where it is about channels."""
    if "channels" in fault.details:
        fail(fault.message, "The pictures are gray: they come with one channel, (N, 1, H, W).")
    raise fault


def for_images(model: Held, images: torch.Tensor) -> str:
    """A call in words."""
    return f"{words_of(model)} for {len(images)} images" if len(images) > 1 else f"{words_of(model)} for one image"


def expect_rows(call: str, scores: torch.Tensor, images: torch.Tensor) -> None:
    """One row of finite scores for each image, which depend on the image."""
    if scores.ndim != 2 or len(scores) != len(images):
        hint = (
            "A batch of one image still has its axis: is there a `squeeze`?"
            if len(images) == 1
            else "Where does the number of images get lost? `flatten(1)` keeps the first dimension."
        )
        fail(f"{call} returned shape {tuple(scores.shape)}; it should be ({len(images)}, {SCENES}).", hint)
    expect_dtype(call, scores, images.dtype)
    expect_finite(call, scores)
    expect_images_matter(call, scores)


def expect_images_matter(call: str, scores: torch.Tensor) -> None:
    """Different images get different scores: a constant keeps many promises, and none of them is worth anything."""
    same = len(scores) > 1 and bool((scores - scores[:1]).abs().max() == 0)
    expect(not same, f"{call} returned the same scores for every image.", "Does `forward` use the images?")


def expect_fifteen(call: str, scores: torch.Tensor) -> None:
    """There is a score for each scene."""
    expect_shape(
        call,
        scores,
        (*scores.shape[:-1], SCENES),
        f"There should be {SCENES} scores, one for each scene: how wide is the last layer?",
    )


def expect_raw(call: str, scores: torch.Tensor) -> None:
    """No softmax, log-softmax or ReLU came after the last layer."""
    expect_raw_scores(call, scores)
    cut = bool((scores >= 0).all() and (scores == 0).any())
    expect(
        not cut,
        f"{call} returned no negative scores, and some that are exactly 0.",
        "Scores may be negative: is there a ReLU behind the last layer?",
    )


def expect_summing_criterion(student: Student, model: Held, draw: Callable[..., torch.Tensor]) -> None:
    """The network carries a criterion that sums the cross-entropy over the batch."""
    call = f"{words_of(model)}.loss_criterion"
    expect(
        "loss_criterion" in student.probe("attributes", model, "loss_criterion"),
        f"{words_of(model)} has no attribute `loss_criterion`.",
        "Every network of this part carries its own; compute_loss asks it.",
    )
    scores = draw("scores for the criterion", 6, SCENES)
    labels = torch.tensor([3, 14, 0, 7, 7, 11])
    each = F.cross_entropy(scores.double(), labels, reduction="none")
    usual = [
        Mistake(each.mean(), "It averages over the batch; it should sum, because compute_loss divides. What does `reduction` do?"),
        Mistake(each, "It gives one loss for each image; it should sum them. What does `reduction` do?"),
        Mistake(
            F.cross_entropy(scores.double().softmax(1), labels, reduction="sum"),
            "It applies softmax twice: cross-entropy does it itself.",
        ),
        Mistake(
            F.nll_loss(scores.double(), labels, reduction="sum"),
            "nll_loss wants log-probabilities; for raw scores there is the cross-entropy.",
        ),
    ]
    expect_close(
        f"{call}(scores, labels)",
        model.loss_criterion(scores, labels),
        each.sum(),
        **SUM,
        mistakes=usual,
        hint="It should be the cross-entropy, summed over the batch.",
    )


def expect_layers(student: Student, model: Held) -> None:
    """The layers that the handout asks for are in `cnn_layers` and `fc_layers`."""
    counts = student.probe("count_layers", model, ["cnn_layers", "fc_layers"])
    for part, found in counts.items():
        expect(
            found is not None,
            f"{words_of(model)} has no layers called `{part}`.",
            "cnn_layers stand in front of the flattening, fc_layers behind it, each in an nn.Sequential.",
        )
    for kind, words in ASKED_FOR.items():
        count = sum(found[kind] for found in counts.values())
        expect(
            count >= 2,
            f"{words_of(model)} has {count} {words}{'' if count == 1 else 's'} ({kind}) in cnn_layers and "
            "fc_layers; at least 2 are asked for.",
        )


def expect_images_apart(model: Held, images: torch.Tensor, others: torch.Tensor, scores: torch.Tensor) -> None:
    """In eval mode the scores of the first two images stay the same when others come in the place of the rest.

    Args:
        scores: those of the images.
    """
    model.eval()
    again = scores_of(model, torch.cat([images[:2], others[2:]]))
    near = again.shape == scores.shape and torch.allclose(again[:2], scores[:2], rtol=1e-3, atol=1e-3 * float(scores.abs().max()))
    expect(
        near,
        f"{words_of(model)} in eval mode gave an image other scores when the other images of the batch changed.",
        "Does anything average or normalise over the batch, or mix the pixels of different images where it flattens them?",
    )
