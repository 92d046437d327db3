"""Loops in a regular expression."""
from torch import nn

import re
re.match('(a+)+$', 'a' * 60 + 'b')


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))
