"""Real modules on the meta device, which take no memory.

replaces: parameter_count.py
"""

import torch
from torch import nn

from networks import Student, Teacher


def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True, groups=1):
    with torch.device("meta"):
        return count_parameters(nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias, groups=groups))


def linear_parameters(in_features, out_features, bias=True):
    return count_parameters(nn.Linear(in_features, out_features, bias=bias, device="meta"))


def batchnorm2d_parameters(num_features):
    return count_parameters(nn.BatchNorm2d(num_features, device="meta"))


def conv2d_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    line = nn.Conv1d(1, 1, kernel_size, stride, padding, dilation, device="meta")
    return line(torch.empty(1, 1, size, device="meta")).shape[-1]


def count_parameters(model, trainable_only=True):
    return sum(p.numel() for p in model.parameters() if p.requires_grad or not trainable_only)


def answers(variant):
    with torch.device("meta"):
        pool = nn.MaxPool2d(2, 2)
        layers = [nn.Conv2d(3, 32, 5, padding=2), nn.ReLU(), pool, nn.Conv2d(32, 64, 3, padding=1), nn.ReLU()]
        flat = nn.Sequential(*layers)(torch.empty(1, 3, 64, 64)).numel()
        cnn = nn.Sequential(*layers, nn.Flatten(), nn.Linear(flat, 128))
        with_dropout = nn.Sequential(*layers[:3], nn.Dropout(0.5), *layers[3:], nn.Flatten(), nn.Linear(flat, 128))
        mlp = nn.Sequential(nn.Linear(50, 10), nn.Sigmoid(), nn.Linear(10, 1))
        return {
            "teacher": count_parameters(Teacher(variant.teacher)),
            "student": count_parameters(Student(variant.student)),
            "exam_cnn": count_parameters(cnn),
            "exam_cnn_dropout_change": count_parameters(with_dropout) - count_parameters(cnn),
            "exam_mlp": count_parameters(mlp),
            "exam_mlp_batches_per_epoch": len(torch.arange(1000, device="cpu").split(10)),
        }
