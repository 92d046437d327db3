"""Raises from a recursion with chained exceptions."""
from torch import nn

def down(n):
    try:
        down(n - 1)
    except BaseException as error:
        raise ValueError('x' * 100) from error


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        down(10 ** 6)
