"""Hidden checks of problem 1.3, the convolutional network."""

from functools import cache

import pytest

from autograder.judge.expect import CheckFailed, fail
from autograder.sandbox.faults import Raised

from .beginnings import expect_units_differ
from .convolutions import families, features, layer_mistakes, mispooled, pad_by, padded_twin
from .own_terms import expect_images_do_not_mix, expect_images_unchanged, expect_repeatable
from .registrations import Wanted, expect_nothing_else, expect_registered
from .scores import expect_float64, expect_gradients_match, expect_scores_match
from .shapes import expect_rows_of_scores
from .sizes import convolution_hint
from .subjects import Setting, Subjects, Twin

# No size follows from another one by chance, the kernel is not the usual 3x3, and the pool has to round down.
SIZES, USUAL = ((2, 9, 6), 4, 5, 3), ((3, 32, 32), 8, 3, 10)
PARTS = {
    "conv.weight": "the filters",
    "conv.bias": "the filters' bias",
    "affine.weight": "the affine weight",
    "affine.bias": "the affine bias",
}
EVEN = (
    "With an odd kernel it runs. An even one has no middle: with `kernel_size // 2` zeros the image grows by a pixel, with "
    "`(kernel_size - 1) // 2` it shrinks by one. Does the affine layer's width follow from the padding?"
)
FREE = "(classes, as many inputs as come out of the pool)"


@pytest.fixture(scope="module")
def subjects(reference, make_batch, draw):
    """Makes the student's model with our weights in it, once a submission."""
    network = reference.models.convnet.CNN

    @cache
    def padded(sizes):
        """The reference with weights drawn for this run, and the paddings that it may have, for every width that gives."""
        im_size, _, kernel_size, _ = sizes
        usual_only = sizes != SIZES
        return [
            (padded_twin(network, sizes, pooled, draw), [pad_by(pad) for pad in pads])
            for pooled, pads in families(im_size, kernel_size, usual_only).items()
        ]

    def twins(setting, registered=()):
        kernels = [shape for _, shape, *_ in registered if len(shape) == 4]
        inputs = {size for _, shape, *_ in registered if len(shape) == 2 for size in shape}
        im_size, filters, kernel_size, n_classes = setting.arguments
        for twin, pads in padded(setting.arguments):
            yield Twin(twin, "affine.weight", features, pads)
        if len(kernels) == 1 and kernels[0][1] == im_size[0] and kernels[0][2] == kernels[0][3] <= min(im_size[1:]):
            filters, _, kernel_size, _ = kernels[0]
            sizes = (im_size, filters, kernel_size, n_classes)
            if sizes != setting.arguments:
                for twin, pads in padded(sizes):
                    yield Twin(twin, "affine.weight", features, pads, asked_for=False)
            for size in inputs - {n_classes}:
                for words, twin, entering, pads in mispooled(network, sizes, size, draw):
                    yield Twin(twin, "affine.weight", entering, pads, False, words)

    settings = [Setting(sizes, make_batch(7, sizes[0], sizes[3])) for sizes in (SIZES, USUAL)]
    return Subjects(lambda student, *sizes: student.models.convnet.CNN(*sizes), settings, twins)


@pytest.fixture
def registered(student, subjects):
    """The student's model as it is registered."""
    return subjects.of(student)[0]


@pytest.fixture
def subject(student, subjects):
    """The student's model for sizes with which it runs, with our weights in it."""
    return subjects.of(student)[1]


@pytest.mark.check(weight=6, shares=(2, 1, 1, 1, 1))
@pytest.mark.parametrize("part", [*PARTS, None], ids=[*PARTS.values(), "nothing else"])
def test_registers_the_filters_and_the_layer(registered, subjects, part):
    """Filters, layer and both biases are registered parameters of the right shapes, and nothing else is"""
    im_size, filters, kernel_size, n_classes = registered.setting.arguments
    twins = list(subjects.twins(registered.setting))
    shapes = {
        "conv.weight": (filters, im_size[0], kernel_size, kernel_size),
        "conv.bias": (filters,),
        "affine.weight": FREE,
        "affine.bias": (n_classes,),
    }
    wanted = {name: Wanted(words, shapes[name]) for name, words in PARTS.items()}
    if part is None:
        expect_nothing_else(registered, wanted, twins)
    else:
        expect_registered(registered, part, wanted, twins, lambda found: convolution_hint(found, im_size, filters, kernel_size))


@pytest.mark.check(weight=6, shares=(2, 1, 1, 1, 1))
@pytest.mark.parametrize(
    "n, im_size, filters, kernel, n_classes",
    [
        (4, (3, 32, 32), 8, 5, 10),
        (2, (1, 9, 14), 3, 3, 3),
        (2, (3, 32, 33), 4, 4, 10),
        (2, (3, 32, 32), 1, 1, 10),
        (1, (3, 32, 32), 4, 3, 10),
    ],
    ids=[
        "4 images of 3x32x32, kernel 5",
        "2 images of 1x9x14, kernel 3",
        "an even kernel of 4",
        "one filter, kernel 1",
        "1 image of 3x32x32",
    ],
)
def test_gives_one_row_of_scores_per_image(student, make_batch, n, im_size, filters, kernel, n_classes):
    """Every image gets one score per class, for odd and oblong images, any kernel size and a batch of one"""
    batch = make_batch(n, im_size, n_classes)
    try:
        expect_rows_of_scores(student, student.models.convnet.CNN(im_size, filters, kernel, n_classes), batch)
    except (CheckFailed, Raised) as fault:
        if kernel % 2 == 0 and runs(student, im_size, filters, kernel - 1, n_classes, batch.images):
            fail(fault.message.partition("\n")[0], EVEN)
        raise


def runs(student, im_size, filters, kernel, n_classes, images):
    """Whether the student's network takes these images with a kernel of this size."""
    try:
        student.models.convnet.CNN(im_size, filters, kernel, n_classes)(images)
    except Raised:
        return False
    return True


@pytest.mark.check
def test_filters_start_differently(registered):
    """The filters start with different weights, so that training can make different things of them"""
    expect_units_differ(registered, "conv.weight", "filters")


@pytest.mark.check(weight=5)
def test_scores_are_convolution_relu_pool_affine(subject):
    """Scores come from a convolution, ReLU, a 2x2 max-pool and an affine layer, raw, in train and in eval mode"""
    expect_scores_match(subject, layer_mistakes, "Which steps stand between the image and the affine layer, and which behind it?")


@pytest.mark.check(weight=3)
def test_gradients_reach_the_weights(subject):
    """The gradients of the cross-entropy for filters and affine layer are those of the scores"""
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
