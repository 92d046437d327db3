"""Loops in C, without letting go of the interpreter's lock."""
from torch import nn

import itertools
all(itertools.repeat(True))


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))
