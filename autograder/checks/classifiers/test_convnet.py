"""Hidden checks of problem 1.3, the convolutional network."""
import math

import pytest

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
from autograder.judge.reference_models import wide
from autograder.judge.registered import expect_registered, parameters_of, trainable
from autograder.judge.score_mistakes import expect_raw_scores

from .convolutions import families, features, layer_mistakes, pad_by, padded_twin, size_hint
from autograder.sandbox.student import words_of

REGISTERS = "test_registers_the_filters_and_the_layer"
MATCHES = "test_scores_are_convolution_relu_pool_affine"
# No size follows from another one by chance, the kernel is not the usual 3x3, and the pool has to round down.
IM_SIZE, FILTERS, KERNEL, CLASSES = (2, 9, 6), 4, 5, 3


@pytest.fixture(scope="module")
def batch(make_batch):
    """Seven images of 2x9x6 pixels in three classes."""
    return make_batch(7, IM_SIZE, CLASSES)


@pytest.fixture(scope="module")
def twins(reference, draw, device):
    """The reference with weights drawn for this run, and the paddings that it may have, for every width that gives."""
    sizes = (IM_SIZE, FILTERS, KERNEL, CLASSES)
    return [(padded_twin(reference.models.convnet.CNN, sizes, pooled, draw).to(device), [pad_by(pad) for pad in pads])
            for pooled, pads in families(IM_SIZE, KERNEL).items()]


@pytest.fixture
def model(student, batch):
    """The student's model, built."""
    return built(student, student.models.convnet.CNN(IM_SIZE, FILTERS, KERNEL, CLASSES), batch.images)


@pytest.fixture
def aligned(student, model, twins, batch):
    """The student's model with the reference's weights, for the first padding that explains what it computes."""
    numbers = sum(math.prod(shape) for _, shape, _, _ in parameters_of(student, model))
    possible = None
    for twin, paddings in twins:
        if sum(value.numel() for value in twin.parameters()) == numbers:
            found = align(student, model, twin, "affine.weight", batch.images, features, paddings)
            if found is not None and found.explained:
                return found
            possible = possible or found
    return possible


@pytest.mark.check(weight=5)
def test_registers_the_filters_and_the_layer(student, model, aligned):
    """Filters, layer and both biases are registered parameters of the right shapes"""
    channels, height, width = IM_SIZE
    wanted = {"filters": (FILTERS, channels, KERNEL, KERNEL), "the filters' bias": (FILTERS,),
              "an affine weight": (CLASSES, FILTERS * (height // 2) * (width // 2)), "an affine bias": (CLASSES,)}
    found = [tuple(shape) for _, shape, _, _ in parameters_of(student, model)]
    expect_registered(student, model, wanted, aligned is not None, size_hint(found, IM_SIZE, FILTERS, KERNEL))


@pytest.mark.check(weight=4)
@pytest.mark.parametrize("n, im_size, filters, kernel, n_classes",
                         [(4, (3, 32, 32), 8, 5, 10), (1, (1, 9, 7), 2, 3, 3), (2, (2, 8, 11), 3, 4, 2),
                          (3, (1, 6, 6), 1, 1, 4)],
                         ids=["4 images of 3x32x32, kernel 5", "1 image of 1x9x7, kernel 3",
                              "2 images of 2x8x11, kernel 4", "3 images of 1x6x6, kernel 1"])
def test_gives_one_row_of_scores_per_image(student, make_batch, n, im_size, filters, kernel, n_classes):
    """Every image gets one raw score per class, for odd image sizes, any kernel size and a batch of one"""
    images = make_batch(n, im_size, n_classes).images
    model = student.models.convnet.CNN(im_size, filters, kernel, n_classes)
    trainable(student, model)       # a constant is no model, however well shaped
    expect_raw_scores(words_of(model), expect_scores_shape(model, images, n_classes))


@pytest.mark.check(weight=7, needs=REGISTERS)
def test_scores_are_convolution_relu_pool_affine(model, aligned, batch):
    """Scores come from a convolution, ReLU, a 2x2 max-pool and an affine layer"""
    expect_scores_match(model, aligned.twin, batch.images, layer_mistakes(aligned.twin, batch.images),
                        "Which steps stand between the image and the affine layer?")


@pytest.mark.check(weight=5, needs=MATCHES)
def test_gradients_reach_the_weights(student, model, aligned, batch):
    """The gradients of the cross-entropy for filters and affine layer are right"""
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
def test_computes_in_the_dtype_of_the_model(model, aligned, batch):
    """A model in float64 gives float64 scores, computed in float64"""
    expect_float64(model, wide(aligned.twin), batch.images)


@pytest.mark.check(needs=MATCHES)
def test_leaves_the_images_as_they_are(student, model, batch):
    """The images are not changed"""
    expect_images_unchanged(student, model, batch.images)
