"""A function that builds the model from layers of torch.

replaces: models/softmax.py
"""
from collections import OrderedDict

from torch import nn


def Softmax(im_size, n_classes):
    pixels = im_size[0] * im_size[1] * im_size[2]
    return nn.Sequential(OrderedDict(flatten=nn.Flatten(), affine=nn.Linear(pixels, n_classes)))
