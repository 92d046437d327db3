"""Raises an exception that fails when it is looked at."""
from torch import nn

class Meta(type):
    @property
    def __name__(cls):
        raise RuntimeError


class Odd(Exception, metaclass=Meta):
    def __str__(self):
        raise RuntimeError

    @property
    def __traceback__(self):
        raise RuntimeError


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        raise Odd
