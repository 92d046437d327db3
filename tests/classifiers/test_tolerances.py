"""The tolerances of the classifiers' hidden checks rest on measurements, which these tests repeat.

Right answers in several styles, computed in float32, are compared with the reference in float64, with the sizes,
weights and images that the hidden checks use. Each tolerance must be at least ten times the worst error found, so that
no right answer fails, and at most a hundred times, so that nothing is let through for no reason.
"""

from dataclasses import dataclass

import pytest
import torch
import torch.nn.functional as F

from autograder.course import parts
from autograder.grading.reference import Reference
from autograder.judge import classifier_tolerances as tolerances
from autograder.checks.classifiers.trajectories import STEPS, three_steps
from autograder.judge.reference_models import with_drawn_weights

SEEDS = 40
IMAGES, CLASSES, HIDDEN = (7, 3, 8, 6), 5, 11
MAPS, MAP_CLASSES, FILTERS, KERNEL = (7, 2, 9, 6), 3, 4, 5
PLAIN = {"lr": 0.125, "momentum": 0.0, "weight_decay": 0.0}
SETTINGS = {"lr": 0.0625, "momentum": 0.75, "weight_decay": 0.5}


def loop_affine(rows, weight, bias):
    """One class after the other."""
    return torch.stack([rows @ unit for unit in weight], 1) + bias


def slow_affine(rows, weight, bias):
    """Products added up in another order, the bias first."""
    return bias + (rows[:, None] * weight).sum(2)


def ones_affine(rows, weight, bias):
    """The bias as one more column."""
    return torch.cat([rows, torch.ones_like(rows[:, :1])], 1) @ torch.cat([weight, bias[:, None]], 1).T


def backward_affine(rows, weight, bias):
    """Pixels in the opposite order, classes in columns."""
    return rows.flip(1) @ weight.flip(1).T.contiguous() + bias


def einsum_affine(rows, weight, bias):
    """By einsum."""
    return torch.einsum("nd,kd->nk", rows, weight) + bias


AFFINE = (F.linear, slow_affine, ones_affine, backward_affine, einsum_affine)


def unfolded_maps(images, weight, bias):
    """Patches times a matrix, without padding."""
    size = [side - weight.shape[2] + 1 for side in images.shape[2:]]
    return (weight.flatten(1) @ F.unfold(images, weight.shape[2]) + bias[:, None]).unflatten(2, size)


def shifted_maps(images, weight, bias):
    """Shifted images, added up tap by tap."""
    high, wide = (side - weight.shape[2] + 1 for side in images.shape[2:])
    maps = bias[None, :, None, None]
    for row in range(weight.shape[2]):
        for column in range(weight.shape[3]):
            window = images[:, :, row : row + high, column : column + wide]
            maps = maps + torch.einsum("nchw,fc->nfhw", window, weight[:, :, row, column])
    return maps


CONVOLUTIONS = (F.conv2d, unfolded_maps, shifted_maps)


def softmax_versions(weight, bias):
    """The softmax classifier as functions of the images."""
    for affine in (*AFFINE, loop_affine):
        yield lambda images, affine=affine: affine(images.flatten(1), weight, bias)


def twolayernn_versions(hidden_weight, hidden_bias, weight, bias):
    """The two-layer network as functions of the images."""
    for affine in AFFINE:
        yield lambda images, affine=affine: affine(affine(images.flatten(1), hidden_weight, hidden_bias).relu(), weight, bias)


def convnet_versions(filters, filter_bias, weight, bias):
    """The convolutional network as functions of the images."""
    pad = (filters.shape[2] // 2,) * 4
    for convolve in CONVOLUTIONS:
        for affine in AFFINE[:3]:
            yield lambda images, convolve=convolve, affine=affine: affine(
                F.max_pool2d(convolve(F.pad(images, pad), filters, filter_bias).relu(), 2).flatten(1), weight, bias
            )


@dataclass
class Worst:
    """The largest differences from the reference in float64 over all versions and seeds."""

    scores: float = 0.0
    gradients: float = 0.0
    scores_in_float64: float = 0.0
    step: float = 0.0
    loss: float = 0.0

    def see(self, name, got, want):
        """Keep a difference if it is the largest yet."""
        setattr(self, name, max(getattr(self, name), float((got.detach().double() - want.detach()).abs().max())))


def drawing(seed):
    """A function that draws standard normal numbers, like the fixture `draw` of the hidden checks."""
    random = torch.Generator().manual_seed(seed)
    return lambda _, *shape: torch.randn(shape, generator=random)


def scores_and_gradients(version, weights, images, targets):
    """Scores and the gradients of the mean cross-entropy."""
    scores = version(images)
    return scores, torch.autograd.grad(F.cross_entropy(scores, targets), weights)


def compare_model(worst, model, versions, images, targets):
    """Compare all versions of a model with the model in float64."""
    weights = [value.detach().clone().requires_grad_() for value in model.parameters()]
    wide = [value.detach().double().requires_grad_() for value in weights]
    wanted = model.double()(images.double())
    gradients = torch.autograd.grad(F.cross_entropy(wanted, targets), list(model.parameters()))
    for version, in_float64 in zip(versions(*weights), versions(*wide), strict=True):
        got, got_gradients = scores_and_gradients(version, weights, images, targets)
        worst.see("scores", got, wanted)
        worst.see("scores_in_float64", in_float64(images.double()), wanted)
        for theirs, ours in zip(got_gradients, gradients, strict=True):
            worst.see("gradients", theirs, ours)


@dataclass
class Batch:
    """What `three_steps` wants of a batch."""

    images: torch.Tensor
    targets: torch.Tensor


def torch_steps(start, batch, settings, **options):
    """Losses, weights and biases of training with torch.optim.SGD."""
    weight, bias = (value.clone().requires_grad_() for value in start)
    optimizer = torch.optim.SGD([weight, bias], **settings, **options)
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = F.cross_entropy(F.linear(batch.images.flatten(1), weight, bias), batch.targets)
        loss.backward()
        optimizer.step()
        yield loss, weight, bias


def compare_steps(worst, start, batch, settings):
    """Compare steps in float32 with the formulas in float64."""
    wide = three_steps([value.double() for value in start], Batch(batch.images.double(), batch.targets), settings)
    own = three_steps(start, batch, settings)
    for options in ({"foreach": False}, {"foreach": True}):
        for place, (loss, weight, bias) in enumerate(torch_steps(start, batch, settings, **options)):
            worst.see("loss", loss, torch.tensor(wide.losses[place], dtype=torch.float64))
            worst.see("step", weight, wide.weights[place])
            worst.see("step", bias, wide.biases[place])
    worst.see("step", own.weights[-1], wide.weights[-1])
    worst.see("step", own.biases[-1], wide.biases[-1])


@pytest.fixture(scope="module")
def worst():
    """The measurement, once for all tests."""
    models = Reference(next(part for part in parts() if part.id == "classifiers")).models
    networks = [
        (models.softmax.Softmax, (IMAGES[1:], CLASSES), softmax_versions, IMAGES, CLASSES),
        (models.twolayernn.TwoLayerNN, (IMAGES[1:], HIDDEN, CLASSES), twolayernn_versions, IMAGES, CLASSES),
        (models.convnet.CNN, (MAPS[1:], FILTERS, KERNEL, MAP_CLASSES), convnet_versions, MAPS, MAP_CLASSES),
    ]
    found = Worst()
    for seed in range(SEEDS):
        draw = drawing(seed)
        for network, sizes, versions, shape, n_classes in networks:
            images, targets = draw("images", *shape), torch.arange(shape[0]) % n_classes
            compare_model(found, with_drawn_weights(network(*sizes), draw), versions, images, targets)
        batch = Batch(draw("images", *IMAGES), torch.arange(IMAGES[0]) % CLASSES)
        pixels = batch.images[0].numel()
        start = draw("weight", CLASSES, pixels) / pixels**0.5, draw("bias", CLASSES)
        for settings in (PLAIN, SETTINGS):
            compare_steps(found, start, batch, settings)
    return found


@pytest.mark.parametrize(
    "measured, name",
    [
        ("scores", "FLOAT32_SCORES"),
        ("gradients", "FLOAT32_GRADIENTS"),
        ("scores_in_float64", "FLOAT64_SCORES"),
        ("step", "FLOAT32_STEP"),
        ("loss", "FLOAT32_LOSS"),
    ],
)
def test_every_tolerance_is_ten_to_a_hundred_times_the_worst_error(worst, measured, name):
    """No right answer fails, and nothing is let through for no reason."""
    error, tolerance = getattr(worst, measured), getattr(tolerances, name)
    assert tolerance["rtol"] == 0.0
    said = f"{name}: worst error {error:.2g}, tolerance {tolerance['atol']:.2g}"
    assert 10 * error <= tolerance["atol"] <= 100 * error, said


def test_float32_on_the_way_is_seen_in_float64(worst):
    """A result that passed through float32 is off by far more than the tolerance for float64."""
    assert tolerances.FLOAT64_SCORES["atol"] < 1e-3 * worst.scores


@pytest.mark.filterwarnings("ignore::pytest.PytestUnknownMarkWarning")
def test_the_sizes_measured_are_those_of_the_hidden_checks():
    """The sizes above are the hidden checks' own."""
    from autograder.checks.classifiers import test_convnet, test_twolayernn, training_runs

    assert test_convnet.SIZES == (MAPS[1:], FILTERS, KERNEL, MAP_CLASSES)
    assert test_twolayernn.HIDDEN == HIDDEN
    assert (training_runs.PLAIN, training_runs.SETTINGS) == (PLAIN, SETTINGS)
