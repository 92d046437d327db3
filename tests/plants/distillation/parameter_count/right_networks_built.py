"""Counts by arithmetic; the variant's networks are built and counted.

replaces: parameter_count.py
"""

import torch

from networks import Student, Teacher


def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True, groups=1):
    height, width = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    weights = in_channels // groups * height * width * out_channels
    return weights + (out_channels if bias else 0)


def linear_parameters(in_features, out_features, bias=True):
    return in_features * out_features + (out_features if bias else 0)


def batchnorm2d_parameters(num_features):
    return 2 * num_features


def conv2d_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    effective = (kernel_size - 1) * dilation + 1
    return int((size - effective + 2 * padding) / stride + 1)


def count_parameters(model, trainable_only=True):
    unique = {parameter for parameter in model.parameters() if not trainable_only or parameter.requires_grad}
    return sum(map(torch.numel, unique))


def answers(variant):
    cnn = conv2d_parameters(3, 32, 5) + conv2d_parameters(32, 64, 3) + linear_parameters(64 * 32 * 32, 128)
    return {
        "teacher": count_parameters(Teacher(variant.teacher)),
        "student": count_parameters(Student(variant.student)),
        "exam_cnn": cnn,
        "exam_cnn_dropout_change": cnn - cnn,
        "exam_mlp": linear_parameters(50, 10) + linear_parameters(10, 1),
        "exam_mlp_batches_per_epoch": 100,
    }
