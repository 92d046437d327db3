"""Hidden checks of problem 1.1, the softmax classifier."""
import pytest

from autograder.judge import Mistake
from autograder.judge.alignment import align
from autograder.judge.classifier import (
    built,
    expect_float64,
    expect_gradients_match,
    expect_images_do_not_mix,
    expect_images_unchanged,
    expect_repeatable,
    expect_scores_match,
    expect_scores_shape,
)
from autograder.judge.reference_models import wide, with_drawn_weights
from autograder.judge.registered import expect_registered, trainable
from autograder.judge.score_mistakes import expect_raw_scores
from autograder.sandbox.student import words_of

REGISTERS = "test_registers_one_weight_and_one_bias"
MATCHES = "test_scores_are_weights_times_pixels_plus_bias"


@pytest.fixture(scope="module")
def twin(reference, batch, draw, device):
    """The reference with weights drawn for this run."""
    return with_drawn_weights(reference.models.softmax.Softmax(batch.im_size, batch.n_classes), draw).to(device)


@pytest.fixture
def model(student, batch):
    """The student's model, built."""
    return built(student, student.models.softmax.Softmax(batch.im_size, batch.n_classes), batch.images)


@pytest.fixture
def aligned(student, model, twin, batch):
    """The student's model with the reference's weights."""
    return align(student, model, twin, "affine.weight", batch.images)


@pytest.mark.check(weight=3)
def test_registers_one_weight_and_one_bias(student, model, aligned, batch):
    """The layer's weight and bias are registered parameters of the right shapes"""
    pixels = batch.images[0].numel()
    wanted = {"a weight": (batch.n_classes, pixels), "a bias": (batch.n_classes,)}
    expect_registered(student, model, wanted, aligned is not None)


@pytest.mark.check(weight=2)
@pytest.mark.parametrize("n, im_size, n_classes", [(4, (3, 32, 32), 10), (1, (1, 7, 5), 3), (2, (4, 1, 9), 2)],
                         ids=["4 images of 3x32x32", "1 image of 1x7x5", "2 images of 4x1x9"])
def test_gives_one_row_of_scores_per_image(student, make_batch, n, im_size, n_classes):
    """Every image gets one raw score per class, for any image size and a batch of one"""
    images = make_batch(n, im_size, n_classes).images
    model = student.models.softmax.Softmax(im_size, n_classes)
    trainable(student, model)       # a constant is no model, however well shaped
    expect_raw_scores(words_of(model), expect_scores_shape(model, images, n_classes))


def bias_mistakes(twin, images):
    """What happens when the bias is handled wrongly."""
    scores, bias = twin(images).detach(), twin.affine.bias.detach()
    yield Mistake(scores - bias, "The bias is registered but not added.")
    yield Mistake(scores + bias, "The bias is added twice.")
    yield Mistake(scores - 2 * bias, "The bias is subtracted instead of added.")


@pytest.mark.check(weight=4, needs=REGISTERS)
def test_scores_are_weights_times_pixels_plus_bias(model, aligned, twin, batch):
    """Scores are weights times pixels plus bias"""
    expect_scores_match(model, twin, batch.images, bias_mistakes(twin, batch.images),
                        "Is every pixel multiplied by the weight of its own place?")


@pytest.mark.check(weight=2, needs=MATCHES)
def test_gradients_reach_the_weights(student, model, aligned, batch):
    """The gradients of the cross-entropy for weight and bias are right"""
    expect_gradients_match(student, model, aligned, batch.images, batch.targets)


@pytest.mark.check(needs=MATCHES)
def test_an_image_is_scored_alone(model, batch):
    """An image's scores do not depend on the other images of the batch"""
    expect_images_do_not_mix(model, batch.images)


@pytest.mark.check(needs=MATCHES)
def test_same_images_give_same_scores(model, batch):
    """The same images give the same scores again"""
    expect_repeatable(model, batch.images)


@pytest.mark.check(needs=MATCHES)
def test_computes_in_the_dtype_of_the_model(model, aligned, twin, batch):
    """A model in float64 gives float64 scores, computed in float64"""
    expect_float64(model, wide(twin), batch.images)


@pytest.mark.check(needs=MATCHES)
def test_leaves_the_images_as_they_are(student, model, batch):
    """The images are not changed"""
    expect_images_unchanged(student, model, batch.images)
