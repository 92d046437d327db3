"""Shapes and products; the output size counts the window's positions.

replaces: parameter_count.py
"""

import math


def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True, groups=1):
    if isinstance(kernel_size, int):
        kernel_size = [kernel_size] * 2
    shapes = [(out_channels, in_channels // groups, *kernel_size)]
    if bias:
        shapes.append((out_channels,))
    return sum(math.prod(shape) for shape in shapes)


def linear_parameters(in_features, out_features, bias=True):
    return (in_features + int(bias)) * out_features


def batchnorm2d_parameters(num_features):
    gamma = beta = num_features
    return gamma + beta


def conv2d_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    last_start = size + 2 * padding - dilation * (kernel_size - 1) - 1
    return len(range(0, last_start + 1, stride))


def count_parameters(model, trainable_only=True):
    seen = {}
    for layer in model.modules():
        for parameter in layer.parameters(recurse=False):
            seen[id(parameter)] = parameter
    if trainable_only:
        seen = {key: parameter for key, parameter in seen.items() if parameter.requires_grad}
    return sum(math.prod(parameter.shape) for parameter in seen.values())


def network_parameters(spec):
    filters = [spec.first_filters * 2 ** (position // 4) for position in range(spec.conv_layers)]
    inputs = [spec.im_size[0]] + filters[:-1]
    side = 2**spec.pool_layers
    flat = filters[-1] * (spec.im_size[1] // side) * (spec.im_size[2] // side)
    nodes = [flat, spec.fc_nodes, spec.n_classes]
    convolutions = sum(conv2d_parameters(i, o, 3) for i, o in zip(inputs, filters, strict=True))
    return convolutions + sum(linear_parameters(i, o) for i, o in zip(nodes, nodes[1:], strict=False))


def answers(variant):
    numbers = {
        "exam_mlp_batches_per_epoch": math.ceil(1000 / 10),
        "exam_cnn_dropout_change": 0,
        "exam_mlp": 50 * 10 + 10 + 10 * 1 + 1,
        "exam_cnn": conv2d_parameters(3, 32, (5, 5)) + conv2d_parameters(32, 64, (3, 3)) + (64 * 32**2 + 1) * 128,
    }
    for name in ("student", "teacher"):
        numbers[name] = network_parameters(getattr(variant, name))
    return numbers
