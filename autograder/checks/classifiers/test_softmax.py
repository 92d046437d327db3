"""Hidden checks of problem 1.1, the softmax classifier."""

import pytest

from autograder.judge import Mistake
from autograder.judge.reference_models import with_drawn_weights

from .own_terms import expect_images_do_not_mix, expect_images_unchanged, expect_repeatable
from .registrations import Wanted, expect_nothing_else, expect_registered
from .scores import expect_float64, expect_gradients_match, expect_scores_match
from .shapes import expect_rows_of_scores
from .sizes import linear_hint
from .subjects import Setting, Subjects, Twin

PARTS = {"affine.weight": "the weight", "affine.bias": "the bias"}


@pytest.fixture(scope="module")
def subjects(reference, batch, make_batch, draw):
    """Makes the student's model with our weights in it, once a submission."""

    def twins(setting, _=()):
        made = reference.models.softmax.Softmax(*setting.arguments)
        yield Twin(with_drawn_weights(made, draw), "affine.weight")

    settings = [Setting((each.im_size, each.n_classes), each) for each in (batch, make_batch(7, (3, 32, 32), 10))]
    return Subjects(lambda student, *sizes: student.models.softmax.Softmax(*sizes), settings, twins)


@pytest.fixture
def registered(student, subjects):
    """The student's model as it is registered."""
    return subjects.of(student)[0]


@pytest.fixture
def subject(student, subjects):
    """The student's model for sizes with which it runs, with our weights in it."""
    return subjects.of(student)[1]


@pytest.mark.check(weight=4, shares=(2, 1, 1))
@pytest.mark.parametrize("part", [*PARTS, None], ids=[*PARTS.values(), "nothing else"])
def test_registers_one_weight_and_one_bias(registered, subjects, part):
    """The layer's weight and bias are registered parameters of the right shapes, and nothing else is"""
    twins = list(subjects.twins(registered.setting))
    shapes = {name: tuple(value.shape) for name, value in twins[0].network.named_parameters()}
    wanted = {name: Wanted(words, shapes[name]) for name, words in PARTS.items()}
    if part is None:
        expect_nothing_else(registered, wanted, twins)
    else:
        expect_registered(registered, part, wanted, twins, lambda found: linear_hint(found, *shapes["affine.weight"][::-1]))


@pytest.mark.check(weight=4, shares=(1, 2, 1))
@pytest.mark.parametrize(
    "n, im_size, n_classes",
    [(4, (3, 32, 32), 10), (2, (1, 7, 5), 3), (1, (3, 32, 32), 10)],
    ids=["4 images of 3x32x32", "2 images of 1x7x5", "1 image of 3x32x32"],
)
def test_gives_one_row_of_scores_per_image(student, make_batch, n, im_size, n_classes):
    """Every image gets one score per class, for any image size and a batch of one"""
    expect_rows_of_scores(student, student.models.softmax.Softmax(im_size, n_classes), make_batch(n, im_size, n_classes))


def bias_mistakes(twin, images):
    """What happens when the bias is handled wrongly."""
    scores, bias = twin(images).detach(), twin.affine.bias.detach()
    yield Mistake(scores - bias, "The bias is registered but not added.")
    yield Mistake(scores + bias, "The bias is added twice.")
    yield Mistake(scores - 2 * bias, "The bias is subtracted instead of added.")


@pytest.mark.check(weight=4)
def test_scores_are_weights_times_pixels_plus_bias(subject):
    """Scores are weights times pixels plus bias, raw, in train and in eval mode"""
    expect_scores_match(subject, bias_mistakes, "Is every pixel multiplied by the weight of its own place?")


@pytest.mark.check(weight=3)
def test_gradients_reach_the_weights(subject):
    """The gradients of the cross-entropy for weight and bias are those of the scores"""
    expect_gradients_match(subject)


@pytest.mark.check(weight=2)
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
