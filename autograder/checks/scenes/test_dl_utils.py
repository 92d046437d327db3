"""Hidden checks of problem 3.4, predictions and loss.

The model is the kit's own, with a criterion of the kit's own.
"""

import itertools

import pytest
import torch
import torch.nn.functional as F

from autograder.judge import Mistake, expect, expect_close, expect_dtype, expect_shape
from autograder.judge.expect import fail, in_words
from autograder.judge.finite_differences import follows_own_values

from .batch_losses import LOSS, OPPOSITE, criterion, label_mistakes, labels_of, loss_mistakes

N, C, SIDES = 6, 4, (1, 3, 5)
CALL = "compute_loss(model, scores, labels)"
NO_GRAPH = "Is there a `detach()`, `.item()`, `.data`, `no_grad()` or numpy on the way from the scores to the result?"


@pytest.fixture(scope="module")
def layer(draw):
    """Weight and bias of the model."""
    return draw("weight of the scorer", C, 15) / 2, draw("bias of the scorer", C)


@pytest.fixture(scope="module")
def images(draw, layer):
    """Images to be scored, of more than one class."""
    weight, bias = layer
    drawn = (draw(f"images to be scored, drawn {time} times", N, *SIDES) for time in itertools.count(1))
    return next(images for images in drawn if len((images.flatten(1) @ weight.T + bias).argmax(1).unique()) > 1)


@pytest.fixture(scope="module")
def scores(layer, images):
    """The scores that the model gives them."""
    weight, bias = layer
    return images.flatten(1) @ weight.T + bias


@pytest.fixture(scope="module")
def labels(pick):
    """A true class for each; every class occurs."""
    chance = pick("labels of the batch")
    return torch.tensor([*chance.sample(range(C), C), *(chance.randrange(C) for _ in range(N - C))])


@pytest.fixture
def build(student, layer):
    """`build("margin")`: the model with this criterion, in the child."""
    return lambda kind="cross-entropy": student.probe("build_scorer", *layer, kind)


@pytest.mark.check(weight=4)
def test_label_is_the_class_with_the_largest_score(student, build, images, scores):
    """predict_labels gives the class with the largest score for each image"""
    call = f"predict_labels(model, x) for {N} images"
    got = labels_of(call, student.dl_utils.predict_labels(build(), images), N)
    expect_close(
        call,
        got,
        scores.argmax(1),
        rtol=0.0,
        atol=0.0,
        mistakes=label_mistakes(scores),
        hint="Which axis of the scores holds the classes?",
    )


@pytest.mark.check(weight=3, shares=(3, 1))
@pytest.mark.parametrize("n", [N, 1], ids=["several images", "one image"])
def test_labels_are_whole_numbers_in_a_row(student, build, images, scores, n):
    """predict_labels gives one int64 number per image, without a graph, for a batch of one as well"""
    call = f"predict_labels(model, x) for {n} images" if n > 1 else "predict_labels(model, x) for one image"
    got = student.dl_utils.predict_labels(build(), images[:n])
    hint = (
        f"A column of shape ({n}, 1) is not a row: what does `keepdim` do?"
        if getattr(got, "ndim", 0) == 2
        else "A batch of one image still has its axis: is there a `squeeze`?"
        if n == 1
        else ""
    )
    expect_shape(call, got, (n,), hint)
    expect_dtype(call, got, torch.int64, "Class numbers of torch are int64, as `argmax` gives them.")
    # Which classes they are is another check's question, as long as the images matter.
    whole = labels_of(call, student.dl_utils.predict_labels(build(), images), N).cpu()
    expect(len(whole.unique()) > 1, f"{call}: every image gets the same class.", "Do the scores matter?")
    expect(torch.equal(got.cpu(), whole[:n]), f"{call} returned other classes than for the whole batch.")


@pytest.mark.check(weight=4, shares=(2, 1))
@pytest.mark.parametrize("given", [False, True], ids=["by default", "is_normalize=True"])
def test_loss_is_divided_by_the_batch_size(student, build, scores, labels, given):
    """compute_loss gives the criterion's sum divided by the batch size"""
    model, options = build(), {"is_normalize": True} if given else {}
    call = "compute_loss(model, scores, labels, is_normalize=True)" if given else CALL
    got = student.dl_utils.compute_loss(model, scores, labels, **options)
    exchanged = model.loss_criterion.exchanged.fetch()
    expect(
        exchanged is not True,
        f"{call} called loss_criterion with the labels first.",
        "loss_criterion takes the scores first, then the labels.",
    )
    total = criterion("cross-entropy", scores, labels)
    mistakes = list(loss_mistakes(total, scores, labels, True))
    if isinstance(got, torch.Tensor) and Mistake(total, "").explains(got, **LOSS):
        other = student.dl_utils.compute_loss(model, scores, labels, is_normalize=False)
        if isinstance(other, torch.Tensor) and Mistake(total / N, "").explains(other, **LOSS):
            mistakes.insert(0, Mistake(total, OPPOSITE))
    expect_close(
        call, got, total / N, **LOSS, mistakes=mistakes, hint="What does model.loss_criterion give, and what is it divided by?"
    )


@pytest.mark.check(weight=3)
def test_loss_is_the_sum_on_request(student, build, scores, labels):
    """With is_normalize=False compute_loss gives the criterion's sum"""
    got = student.dl_utils.compute_loss(build(), scores, labels, is_normalize=False)
    total = criterion("cross-entropy", scores, labels)
    own = student.dl_utils.compute_loss(build(), scores, labels)
    other = student.dl_utils.compute_loss(build(), scores.roll(1, 0), labels)
    if all(isinstance(value, torch.Tensor) and value.ndim == 0 for value in (got, own, other)) and not torch.equal(own, other):
        if torch.allclose(got.double(), N * own.double(), **LOSS):
            return  # of what it is the sum is another check's question
    expect_close(
        "compute_loss(model, scores, labels, is_normalize=False)",
        got,
        total,
        **LOSS,
        mistakes=loss_mistakes(total, scores, labels, False),
        hint="It should be just what model.loss_criterion gives.",
    )


@pytest.mark.check(weight=3)
def test_loss_is_by_the_criterion_of_the_model(student, build, scores, labels):
    """compute_loss asks the model's own criterion, whichever that is"""
    own = student.dl_utils.compute_loss(build(), scores, labels)
    entropy, margin = (criterion(kind, scores, labels) for kind in ("cross-entropy", "margin"))
    # However it divides the cross-entropy, which other checks judge, it should do so with this criterion.
    part = float(own / entropy) if isinstance(own, torch.Tensor) and own.ndim == 0 else 1 / N
    got = student.dl_utils.compute_loss(build("margin"), scores, labels)
    if isinstance(got, torch.Tensor) and isinstance(own, torch.Tensor) and own.ndim == 0 and got.ndim == 0:
        # What is done to the scores before, and how it is divided, are the questions of other checks.
        for given in (scores, scores.softmax(1)):
            own_part, wanted = own / criterion("cross-entropy", given, labels), criterion("margin", given, labels)
            if any(
                torch.allclose(got.double(), times * own_part.double() * wanted, rtol=1e-5, atol=1e-6) for times in (1, N, 1 / N)
            ):
                return
    expect_close(
        f"{CALL} for a model whose criterion is a multi-class margin loss",
        got,
        part * margin,
        rtol=1e-5,
        atol=1e-6,
        mistakes=[
            Mistake(part * entropy, "That is the cross-entropy, which this model does not use: is model.loss_criterion asked?")
        ],
        hint="It should be what model.loss_criterion gives.",
    )


@pytest.mark.check(weight=3)
def test_loss_can_be_differentiated(student, build, scores, labels):
    """The loss is a tensor with a graph that leads back to the scores"""
    model = build()
    reply = student.probe("call_with_leaves", student.dl_utils.compute_loss.fetch(), [model, scores, labels], [1])
    got = reply["result"]
    if not isinstance(got, torch.Tensor):
        fail(
            f"{CALL} returned {in_words(got)}, a plain number, so that nothing can be differentiated; it should be a tensor.",
            NO_GRAPH,
        )
    expect_shape(CALL, got, (), "A loss is one number without dimensions.")
    gradient = reply["gradients"][0]
    if not reply["graph"] or gradient is None:
        fail(f"{CALL} returned a tensor without a graph: it cannot be differentiated.", NO_GRAPH)
    expect(bool(gradient.any()), f"{CALL}: the gradient for the scores is zero everywhere.", NO_GRAPH)
    want = (scores.softmax(1) - F.one_hot(labels, C)).double().cpu() / N
    right = follows_own_values(
        lambda y: student.dl_utils.compute_loss(model, y, labels), (scores,), gradient, want, {"rtol": 0, "atol": 1e-5}
    )
    expect(right, f"The gradient of {CALL} for the scores is not right.", NO_GRAPH)
