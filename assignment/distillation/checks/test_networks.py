"""Public checks of task 2.3. Run: pytest checks/test_networks.py"""

import math

import pytest
import torch
from torch import nn

from variants import NetworkSpec, variant_for

SPEC = NetworkSpec((3, 12, 16), 5, conv_layers=5, pool_layers=1, first_filters=2, pooling="max", fc_nodes=7, init="he")


@pytest.fixture
def networks():
    """Your module."""
    import networks

    return networks


def weights_of(network, dimensions):
    """Shapes of the weights, in order: 4 dimensions belong to a convolution, 2 to a linear layer, 1 to a bias.

    Args:
        network: where to look.
        dimensions: how many.
    """
    return [tuple(weight.shape) for weight in network.parameters() if weight.dim() == dimensions]


@pytest.mark.parametrize(("scheme", "variance"), [("he", 2 / 400), ("xavier", 2 / 1000)])
def test_weights_have_the_standard_deviation_of_the_scheme(networks, scheme, variance):
    """A linear layer from 400 to 600: He gives sqrt(2/400), Xavier sqrt(2/1000)."""
    torch.manual_seed(0)
    layer = nn.Linear(400, 600)
    networks.initialize(nn.Sequential(nn.Sequential(layer)), scheme)
    got, want = layer.weight.std().item(), math.sqrt(variance)
    assert math.isclose(got, want, rel_tol=0.02), f"{scheme}: standard deviation should be {want:.4f}; got {got:.4f}"
    assert not layer.bias.any(), "the biases should be zero"


def test_filters_double_after_every_fourth_convolution(networks):
    """With 2 filters first, five convolutions have 2, 2, 2, 2 and 4."""
    filters = [shape[0] for shape in weights_of(networks.Teacher(SPEC), dimensions=4)]
    assert filters == [2, 2, 2, 2, 4], f"filters should be [2, 2, 2, 2, 4]; got {filters}"


def test_scores_have_one_column_a_class(networks):
    """A batch of 3 images gives scores of shape (3, n_classes)."""
    for network in (networks.Teacher(SPEC), networks.Student(SPEC)):
        shape = tuple(network(torch.rand(3, *SPEC.im_size)).shape)
        assert shape == (3, 5), f"{type(network).__name__} returned shape {shape}; it should be (3, 5)"


def test_the_first_linear_layer_fits_the_pooled_map(networks):
    """12x16 pixels become 6x8 in the pool; 4 filters * 6 * 8 = 192 numbers enter the hidden layer."""
    shapes = weights_of(networks.Teacher(SPEC), dimensions=2)
    assert shapes == [(7, 192), (5, 7)], f"the linear layers should go 192 -> 7 -> 5; their weights are {shapes}"


def test_every_layer_has_a_bias(networks):
    """Biases everywhere, and all zero at the start: 5 convolutions and 2 linear layers."""
    student = networks.Student(SPEC)
    assert len(weights_of(student, dimensions=1)) == 7, "7 layers should have 7 biases"
    for name, parameter in student.named_parameters():
        assert parameter.dim() > 1 or not parameter.any(), f"{name} is a bias that does not start at zero"


def test_every_kernel_is_three_by_three(networks):
    """Each of the five convolutions looks at 3x3 pixels."""
    kernels = [shape[2:] for shape in weights_of(networks.Teacher(SPEC), dimensions=4)]
    assert kernels == [(3, 3)] * 5, f"the five kernels should be 3x3; they are {kernels}"


# Weights of the convolution, the hidden layer and the output layer; then the right score, and what other scores mean.
BY_HAND = {
    "max pool": ("max", 1, 1, -1, -8.0, {-5.0: "2.5 is the mean of 1, 2, 3, 4; `spec.pooling` is `max`, and the largest is 4."}),
    "average pool": ("average", 1, 1, -1, -5.0, {-8.0: "4 is the largest of 1, 2, 3, 4; `spec.pooling` is `average`: 2.5."}),
    "ReLU behind the convolution": (
        "max",
        -1,
        -1,
        1,
        0.0,
        {2.0: "2 = 1 + 1: the pool gave -1. Is there a ReLU behind the convolution?"},
    ),
    "ReLU behind the hidden layer": ("max", 1, -1, 1, 0.0, {-8.0: "Is there a ReLU behind the hidden layer?"}),
}


@pytest.mark.parametrize("case", BY_HAND)
def test_scores_by_hand(networks, case):
    """Pixels 1, 2, 3, 4, one filter that sees the pixel itself, a pool, two hidden nodes, 3 classes, no biases."""
    pooling, filtered, hidden, last, want, hints = BY_HAND[case]
    spec = NetworkSpec((1, 2, 2), 3, conv_layers=1, pool_layers=1, first_filters=1, pooling=pooling, fc_nodes=2, init="he")
    network = networks.Teacher(spec)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.fill_({(2, 1): hidden, (3, 2): last}.get(tuple(parameter.shape), 0))
            if parameter.dim() == 4:
                parameter[:, :, parameter.shape[2] // 2, parameter.shape[3] // 2] = filtered
        scores = network(torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])).flatten().tolist()
    hint = next((text for score, text in hints.items() if abs(scores[0] - score) < 1e-4), "")
    if not hint and want and abs(scores[0]) < 1e-4:
        hint = "0 instead of a negative score: is there a ReLU behind the output layer? Scores are raw."
    if not hint and any(abs(scores[0] - share) < 1e-4 for share in (1 / 3, -1.0986)):
        hint = "Equal shares of three classes: was softmax applied? The loss does that; return the raw scores."
    assert all(abs(score - want) < 1e-4 for score in scores), f"every score should be {want}; got {scores}\n{hint}".rstrip()


def test_the_student_of_a_variant_is_smaller_than_its_teacher(networks):
    """The networks of a made-up student, B00AA250 born 2001-05-14."""
    variant = variant_for("B00AA250", "2001-05-14")
    teacher, student = networks.Teacher(variant.teacher), networks.Student(variant.student)
    counts = [len(weights_of(network, dimensions=4)) for network in (teacher, student)]
    assert counts == [7, 2], f"teacher and student should have 7 and 2 convolutions; they have {counts}"
