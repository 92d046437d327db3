"""Ends the process from forward, with the exit status of success; that is an exception like any other."""
from torch import nn

import sys


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        sys.exit(0)
