"""Hidden checks of problem 1.2, the two-layer network."""

from functools import cache

import pytest
import torch
import torch.nn.functional as F

from autograder.judge import Mistake
from autograder.judge.reference_models import with_drawn_weights

from .activations import instead_of_relu
from .beginnings import expect_units_differ
from .own_terms import expect_images_do_not_mix, expect_images_unchanged, expect_repeatable
from .registrations import Wanted, expect_nothing_else, expect_registered
from .scores import expect_float64, expect_gradients_match, expect_scores_match
from .shapes import expect_rows_of_scores
from .sizes import hidden_hint
from .subjects import Setting, Subjects, Twin

HIDDEN = 11
PARTS = {
    "hidden.weight": "a hidden weight",
    "hidden.bias": "a hidden bias",
    "scores.weight": "an output weight",
    "scores.bias": "an output bias",
}


@pytest.fixture(scope="module")
def subjects(reference, batch, make_batch, draw):
    """Makes the student's model with our weights in it, once a submission."""

    @cache
    def network(*sizes):
        return with_drawn_weights(reference.models.twolayernn.TwoLayerNN(*sizes), draw)

    def twins(setting, registered=()):
        im_size, hidden_dim, n_classes = setting.arguments
        yield Twin(network(*setting.arguments), "hidden.weight")
        for other in sorted({size for _, shape, *_ in registered if len(shape) == 2 for size in shape} - {hidden_dim})[:2]:
            yield Twin(network(im_size, other, n_classes), "hidden.weight", asked_for=False)

    settings = [
        Setting((each.im_size, hidden_dim, each.n_classes), each)
        for each, hidden_dim in ((batch, HIDDEN), (make_batch(7, (3, 32, 32), 10), 50))
    ]
    return Subjects(lambda student, *sizes: student.models.twolayernn.TwoLayerNN(*sizes), settings, twins)


@pytest.fixture
def registered(student, subjects):
    """The student's model as it is registered."""
    return subjects.of(student)[0]


@pytest.fixture
def subject(student, subjects):
    """The student's model for sizes with which it runs, with our weights in it."""
    return subjects.of(student)[1]


@pytest.mark.check(weight=5)
@pytest.mark.parametrize("part", [*PARTS, None], ids=[*PARTS.values(), "nothing else"])
def test_registers_two_weights_and_two_biases(registered, subjects, part):
    """The weights and biases of both layers are registered parameters of the right shapes, and nothing else is"""
    _, hidden_dim, n_classes = registered.setting.arguments
    twin = next(subjects.twins(registered.setting))
    wanted = {name: Wanted(PARTS[name], tuple(value.shape)) for name, value in twin.network.named_parameters()}
    if part is None:
        expect_nothing_else(registered, wanted, [twin])
    else:
        pixels = wanted["hidden.weight"].shape[1]
        expect_registered(registered, part, wanted, [twin], lambda found: hidden_hint(found, pixels, hidden_dim, n_classes))


@pytest.mark.check(weight=4)
@pytest.mark.parametrize(
    "n, im_size, hidden_dim, n_classes",
    [(4, (3, 32, 32), 50, 10), (2, (1, 7, 5), 4, 3), (2, (3, 32, 32), 1, 10), (1, (3, 32, 32), 50, 10)],
    ids=["4 images of 3x32x32", "2 images of 1x7x5", "1 hidden unit", "1 image of 3x32x32"],
)
def test_gives_one_row_of_scores_per_image(student, make_batch, n, im_size, hidden_dim, n_classes):
    """Every image gets one score per class, for any image size, hidden size and a batch of one"""
    model = student.models.twolayernn.TwoLayerNN(im_size, hidden_dim, n_classes)
    expect_rows_of_scores(student, model, make_batch(n, im_size, n_classes))


@pytest.mark.check
def test_hidden_units_start_differently(registered):
    """The hidden units start with different weights, so that training can make different things of them"""
    expect_units_differ(registered, "hidden.weight", "hidden units")


@torch.no_grad()
def layer_mistakes(twin, images):
    """What the usual mistakes between the two layers would give."""
    hidden, hidden_bias, bias = twin.hidden(images.flatten(1)), twin.hidden.bias, twin.scores.bias
    yield Mistake(twin.scores(hidden), "There is no ReLU between the layers, so the two affine layers are one.")
    yield from instead_of_relu("The hidden layer uses", twin.scores, hidden)
    yield Mistake(twin.scores(hidden.softmax(1)), "Softmax stands between the layers; a ReLU belongs there.")
    yield Mistake(twin.scores(hidden.log_softmax(1)), "Log-softmax stands between the layers; a ReLU belongs there.")
    yield Mistake(twin.scores(hidden.abs()), "The hidden layer takes absolute values; a ReLU makes negative ones 0.")
    yield Mistake(twin.scores(hidden.clamp(max=0)), "The ReLU keeps the negative values and drops the positive ones.")
    yield Mistake(twin.scores(hidden).relu(), "The ReLU stands behind the second layer instead of between the two.")
    yield Mistake(twin.scores((hidden - hidden_bias).relu()), "The hidden bias is registered but not added.")
    yield Mistake(
        twin.scores((hidden - hidden_bias).relu() + hidden_bias), "The hidden bias is added after the ReLU instead of before it."
    )
    yield Mistake(twin.scores(hidden.relu()) - bias, "The output bias is registered but not added.")
    normal = F.batch_norm(hidden, None, None, training=True)
    for units in (normal.relu(), F.batch_norm(hidden.relu(), None, None, training=True)):
        yield Mistake(twin.scores(units), "The hidden layer is normalised over the batch; only a ReLU belongs there.")
    for units in (F.layer_norm(hidden, hidden.shape[1:]).relu(), F.normalize(hidden.relu())):
        yield Mistake(twin.scores(units), "The hidden units of each image are normalised; only a ReLU belongs there.")


@pytest.mark.check(weight=4)
def test_scores_are_affine_relu_affine(subject):
    """Scores come from an affine layer, ReLU and another affine layer, raw, in train and in eval mode"""
    expect_scores_match(subject, layer_mistakes, "Which steps stand before, between and behind the two affine layers?")


@pytest.mark.check(weight=2)
def test_gradients_reach_the_weights(subject):
    """The gradients of the cross-entropy for both layers are those of the scores"""
    expect_gradients_match(subject)


@pytest.mark.check
def test_an_image_is_scored_alone(subject):
    """An image's scores do not depend on the other images of the batch"""
    expect_images_do_not_mix(subject)


@pytest.mark.check
def test_same_images_give_same_scores(subject):
    """The same images give the same scores again"""
    expect_repeatable(subject)


@pytest.mark.check
def test_leaves_the_images_as_they_are(subject):
    """The images are not changed"""
    expect_images_unchanged(subject)


@pytest.mark.check
def test_computes_in_the_dtype_of_the_model(subject):
    """A model in float64 gives float64 scores, computed in float64"""
    expect_float64(subject)
