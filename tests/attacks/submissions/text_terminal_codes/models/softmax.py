"""Prints and raises terminal codes."""
from torch import nn

print('\x1b[2J\x1b]0;title\x07\x1b[31mPASSED\x9b31m')


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        raise ValueError('\x1b[2J\x1b[1A\x1b]8;;http://evil\x07PASSED\x9b2J\r15 of 15')
