"""Hidden checks of problem 1.2, the two-layer network."""
import pytest
import torch
import torch.nn.functional as F

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

REGISTERS = "test_registers_two_weights_and_two_biases"
MATCHES = "test_scores_are_affine_relu_affine"
HIDDEN = 11


@pytest.fixture(scope="module")
def twin(reference, batch, draw, device):
    """The reference with weights drawn for this run."""
    made = reference.models.twolayernn.TwoLayerNN(batch.im_size, HIDDEN, batch.n_classes)
    return with_drawn_weights(made, draw).to(device)


@pytest.fixture
def model(student, batch):
    """The student's model, built."""
    made = student.models.twolayernn.TwoLayerNN(batch.im_size, HIDDEN, batch.n_classes)
    return built(student, made, batch.images)


@pytest.fixture
def aligned(student, model, twin, batch):
    """The student's model with the reference's weights."""
    return align(student, model, twin, "hidden.weight", batch.images)


@pytest.mark.check(weight=4)
def test_registers_two_weights_and_two_biases(student, model, aligned, batch):
    """The weights and biases of both layers are registered parameters of the right shapes"""
    pixels = batch.images[0].numel()
    wanted = {"a hidden weight": (HIDDEN, pixels), "a hidden bias": (HIDDEN,),
              "an output weight": (batch.n_classes, HIDDEN), "an output bias": (batch.n_classes,)}
    expect_registered(student, model, wanted, aligned is not None)


@pytest.mark.check(weight=2)
@pytest.mark.parametrize("n, im_size, hidden_dim, n_classes",
                         [(4, (3, 32, 32), 50, 10), (1, (1, 7, 5), 4, 3), (2, (4, 1, 9), 1, 2)],
                         ids=["4 images of 3x32x32", "1 image of 1x7x5", "2 images of 4x1x9 with 1 hidden unit"])
def test_gives_one_row_of_scores_per_image(student, make_batch, n, im_size, hidden_dim, n_classes):
    """Every image gets one raw score per class, for any image size, hidden size and a batch of one"""
    images = make_batch(n, im_size, n_classes).images
    model = student.models.twolayernn.TwoLayerNN(im_size, hidden_dim, n_classes)
    trainable(student, model)       # a constant is no model, however well shaped
    expect_raw_scores(words_of(model), expect_scores_shape(model, images, n_classes))


ACTIVATIONS = {
    "There is no ReLU between the layers, so the two affine layers are one.": lambda hidden: hidden,
    "The hidden layer uses a sigmoid instead of a ReLU.": torch.sigmoid,
    "The hidden layer uses tanh instead of a ReLU.": torch.tanh,
    "The hidden layer uses a leaky ReLU instead of a ReLU.": F.leaky_relu,
    "The hidden layer uses GELU instead of a ReLU.": F.gelu,
    "The hidden layer uses ELU instead of a ReLU.": F.elu,
    "The hidden layer uses SiLU (swish) instead of a ReLU.": F.silu,
    "Softmax stands between the layers; a ReLU belongs there.": lambda hidden: hidden.softmax(1),
    "The hidden layer takes absolute values; a ReLU makes negative ones 0.": torch.abs,
    "The ReLU keeps the negative values and drops the positive ones.": lambda hidden: hidden.clamp(max=0),
}


@torch.no_grad()
def layer_mistakes(twin, images):
    """What the usual mistakes between the two layers would give."""
    hidden, hidden_bias, bias = twin.hidden(images.flatten(1)), twin.hidden.bias, twin.scores.bias
    for words, activation in ACTIVATIONS.items():
        yield Mistake(twin.scores(activation(hidden)), words)
    yield Mistake(twin.scores(hidden).relu(), "The ReLU stands behind the second layer instead of between the two.")
    yield Mistake(twin.scores((hidden - hidden_bias).relu()), "The hidden bias is registered but not added.")
    yield Mistake(twin.scores((hidden - hidden_bias).relu() + hidden_bias),
                  "The hidden bias is added after the ReLU instead of before it.")
    yield Mistake(twin.scores(hidden.relu()) - bias, "The output bias is registered but not added.")
    normal = F.batch_norm(hidden, None, None, training=True)
    yield Mistake(twin.scores(normal.relu()),
                  "The hidden layer is normalised over the batch; only a ReLU belongs there.")


@pytest.mark.check(weight=6, needs=REGISTERS)
def test_scores_are_affine_relu_affine(model, aligned, twin, batch):
    """Scores come from an affine layer, ReLU and another affine layer"""
    expect_scores_match(model, twin, batch.images, layer_mistakes(twin, batch.images),
                        "What stands between the two affine layers?")


@pytest.mark.check(weight=4, needs=MATCHES)
def test_gradients_reach_the_weights(student, model, aligned, batch):
    """The gradients of the cross-entropy for both layers are right"""
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
