"""Raises an exception whose text never ends."""
from torch import nn

class Endless(Exception):
    def __str__(self):
        while True:
            pass


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        raise Endless
