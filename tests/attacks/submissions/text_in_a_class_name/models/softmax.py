"""Raises an exception of a class with a hostile name."""
from torch import nn

Odd = type('\x1b[2J<script>alert(1)</script>' * 99, (Exception,), {})


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        raise Odd('hello')
