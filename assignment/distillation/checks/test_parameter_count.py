"""Public checks of task 2.4. Run: pytest checks/test_parameter_count.py"""

import pytest
from torch import nn

from variants import NetworkSpec, Variant


@pytest.fixture
def counting():
    """Your module."""
    import parameter_count

    return parameter_count


def expect(got, want, what):
    """Fail with both numbers unless `got` is the int `want`.

    Args:
        got: what came back.
        want: the right number.
        what: the call, and how to find the number.
    """
    assert type(got) is int, f"{what}: returned {got!r}, a {type(got).__name__}; it should be a plain int"
    assert got == want, f"{what} = {want}; got {got}"


def test_convolution(counting):
    """Each filter has one weight per channel and kernel pixel, and one bias."""
    expect(counting.conv2d_parameters(2, 4, 3), 76, "conv2d_parameters(2, 4, 3) is 4 * (2 * 3 * 3 + 1)")
    expect(counting.conv2d_parameters(2, 4, 3, bias=False), 72, "the same without bias is 4 * 2 * 3 * 3")
    expect(counting.conv2d_parameters(2, 4, (1, 5)), 44, "with kernel_size=(1, 5) it is 4 * (2 * 1 * 5 + 1)")


def test_grouped_convolution(counting):
    """With two groups each filter sees half of the channels."""
    expect(counting.conv2d_parameters(6, 4, 3, groups=2), 112, "groups=2, 6 -> 4, 3x3: 4 * (3 * 3 * 3 + 1)")


def test_linear_and_batch_norm(counting):
    """Linear: weights and biases. Batch norm: a scale and a shift a channel; the statistics are not learned."""
    expect(counting.linear_parameters(20, 5), 105, "linear_parameters(20, 5) is 20 * 5 + 5")
    expect(counting.linear_parameters(20, 5, bias=False), 100, "the same without bias is 20 * 5")
    expect(counting.batchnorm2d_parameters(8), 16, "batchnorm2d_parameters(8) is 2 * 8")


def test_output_size(counting):
    """Count the positions of the window."""
    expect(counting.conv2d_output_size(7, 3), 5, "a window of 3 fits a side of 7 at 5 positions: output size")
    expect(counting.conv2d_output_size(8, 3, stride=2), 3, "side 8, window 3, stride 2: starts at 0, 2, 4: output size")
    expect(counting.conv2d_output_size(5, 3, padding=1), 5, "side 5, window 3, padding 1: output size")
    expect(counting.conv2d_output_size(9, 3, dilation=2), 5, "window 3 with dilation 2 reaches over 5: output size")


def test_count_parameters(counting):
    """Shared parameters count once; frozen ones only on request; buffers never."""
    shared = nn.Linear(3, 3)
    model = nn.Sequential(shared, nn.BatchNorm1d(3), shared, nn.Linear(3, 2))
    expect(counting.count_parameters(model), 26, "12 shared + 6 of batch norm + 8 of the last layer")
    model[3].requires_grad_(False)
    expect(counting.count_parameters(model), 18, "with the last layer frozen: 12 + 6")
    expect(counting.count_parameters(model, trainable_only=False), 26, "with trainable_only=False: 12 + 6 + 8")


def test_answers_follow_the_variant(counting):
    """Small made-up networks: 1 convolution of 2 filters on 1x4x4 pixels for the student."""
    shared = {"pool_layers": 1, "first_filters": 2, "pooling": "max", "fc_nodes": 5, "init": "he"}
    student = NetworkSpec((1, 4, 4), 3, conv_layers=1, **shared)
    teacher = NetworkSpec((1, 4, 4), 3, conv_layers=2, **shared)
    got = counting.answers(Variant("cifar10", teacher, student))
    keys = "teacher student exam_cnn exam_cnn_dropout_change exam_mlp exam_mlp_batches_per_epoch".split()
    assert set(got) == set(keys), f"answers(...) should have the keys {keys}; it has {list(got)}"
    expect(got["student"], 83, "2 * (9 + 1), then 8 -> 5 with 45, then 5 -> 3 with 18: answers(...)['student']")
    expect(got["teacher"], 121, "the student's 83 and 2 * (18 + 1) more: answers(...)['teacher']")
    for key in keys:
        assert type(got[key]) is int, f"answers(...)[{key!r}] should be a plain int; got {got[key]!r}"
