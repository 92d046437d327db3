"""Hidden checks of problem 1.3, the convolutional network."""
import pytest
import torch
import torch.nn.functional as F

from autograder.judge import Mistake
from autograder.judge.alignment import align
from autograder.judge.classifier import (built, expect_float64, expect_gradients_match, expect_images_do_not_mix,
                                         expect_images_unchanged, expect_raw_scores, expect_registered, expect_repeatable,
                                         expect_scores_match, expect_scores_shape)
from autograder.judge.convolutions import features, padded_twin, paddings
from autograder.judge.expect import fail
from autograder.judge.twins import wide

REGISTERS = "test_registers_the_filters_and_the_layer"
MATCHES = "test_scores_are_convolution_relu_pool_affine"
FILTERS, KERNEL = 4, 3


@pytest.fixture(scope="module")
def twins(reference, batch, draw, device):
    """The reference with weights drawn for this run, once for every padding that the handout allows."""
    sizes = (batch.im_size, FILTERS, KERNEL, batch.n_classes)
    return {padding: padded_twin(reference.models.convnet.CNN, sizes, padding, draw).to(device)
            for padding in paddings(batch.im_size, KERNEL)}


@pytest.fixture
def model(student, batch):
    """The student's model, built."""
    return built(student, student.models.convnet.CNN(batch.im_size, FILTERS, KERNEL, batch.n_classes), batch.images)


@pytest.fixture
def aligned(student, model, twins, batch):
    """The student's model with the reference's weights, for the first padding that explains what it computes."""
    possible = []
    for twin in twins.values():
        found = align(student, model, twin, "affine.weight", features, batch.images[:1])
        if found is not None and found.explained:
            return found
        possible += [found] if found else []
    return possible[0] if possible else None


@pytest.mark.check(weight=5)
def test_registers_the_filters_and_the_layer(student, model, aligned, twins, batch):
    """Filters, layer and both biases are registered parameters of the right shapes"""
    channels, height, width = batch.im_size
    inputs = FILTERS * (height // 2) * (width // 2)
    wanted = {"filters": (FILTERS, channels, KERNEL, KERNEL), "their bias": (FILTERS,),
              "a weight": (batch.n_classes, inputs), "its bias": (batch.n_classes,)}
    hint = "The sizes are those for a padding that keeps the image's size; another zero padding is right, too."
    found = [tuple(shape) for _, shape, _, _ in student.probe("parameters", model)]
    if any(4 * inputs in shape for shape in found) or any(FILTERS * (height - 2) * (width - 2) in shape for shape in found):
        hint = "The affine layer is as wide as the maps before pooling: the pool halves height and width."
    expect_registered(student, model, wanted, aligned is not None, hint)


@pytest.mark.check(weight=4)
@pytest.mark.parametrize("n, im_size, filters, kernel, n_classes",
                         [(4, (3, 32, 32), 8, 5, 10), (1, (1, 9, 7), 2, 3, 3), (2, (2, 8, 11), 3, 4, 2), (3, (1, 6, 6), 1, 1, 4)],
                         ids=["4 images of 3x32x32, kernel 5", "1 image of 1x9x7, kernel 3", "2 images of 2x8x11, kernel 4",
                              "3 images of 1x6x6, kernel 1"])
def test_gives_one_row_of_scores_per_image(student, make_batch, n, im_size, filters, kernel, n_classes):
    """Every image gets one raw score per class, for odd image sizes, any kernel size and a batch of one"""
    images = make_batch(n, im_size, n_classes).images
    model = student.models.convnet.CNN(im_size, filters, kernel, n_classes)
    expect_raw_scores(model._words, expect_scores_shape(model, images, n_classes))


def layer_mistakes(twin, images):
    """What the usual mistakes between the layers would give."""
    with torch.no_grad():
        maps, padding = twin.conv(images), twin.conv.padding[0]
        unbiased = maps - twin.conv.bias[:, None, None]
        turned = F.conv2d(images, twin.conv.weight.flip(2, 3), twin.conv.bias, padding=padding)

        def scores(pooled):
            return twin.affine(pooled.flatten(1))

        found = [
            Mistake(scores(F.max_pool2d(maps, 2)), "There is no ReLU between the convolution and the affine layer."),
            Mistake(scores(F.avg_pool2d(maps.relu(), 2)), "The pool takes the average of each 2x2 window instead of its maximum."),
            Mistake(scores(F.max_pool2d(maps.sigmoid(), 2)), "The convolution is followed by a sigmoid instead of a ReLU."),
            Mistake(scores(F.max_pool2d(maps.tanh(), 2)), "The convolution is followed by tanh instead of a ReLU."),
            Mistake(scores(F.max_pool2d(unbiased.relu(), 2)), "The filters' bias is registered but not added."),
            Mistake(scores(F.max_pool2d(maps.relu(), 2)) - twin.affine.bias, "The last layer's bias is registered but not added."),
            Mistake(scores(maps.relu()[:, :, ::2, ::2][:, :, : maps.shape[2] // 2, : maps.shape[3] // 2]),
                    "There is no pool: every second pixel is taken (stride 2) instead of the maximum of each 2x2 window."),
            Mistake(scores(F.max_pool2d(turned.relu(), 2)), "The filters are turned by 180 degrees: a convolution layer does not flip them."),
        ]
        for mode in ("reflect", "replicate", "circular") if padding else ():
            edges = F.conv2d(F.pad(images, (padding,) * 4, mode=mode), twin.conv.weight, twin.conv.bias)
            found.append(Mistake(scores(F.max_pool2d(edges.relu(), 2)), f"The image is padded by {mode!r}; pad it with zeros."))
        return found


@pytest.mark.check(weight=7, needs=REGISTERS)
def test_scores_are_convolution_relu_pool_affine(model, aligned, batch):
    """Scores come from a convolution, ReLU, a 2x2 max-pool and an affine layer"""
    if aligned is None:
        fail(f"{model._words} cannot be compared: its parameters do not match.")
    mistakes = layer_mistakes(aligned.twin, batch.images)
    expect_scores_match(model, aligned.twin, batch.images, mistakes, "Which steps stand between the image and the affine layer?")


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

