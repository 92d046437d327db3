"""Raises an exception whose text is 100 MB long and of a class of its own."""
from torch import nn


class Text(str):
    def __str__(self):
        return self

    def __iter__(self):
        return iter(lambda: "x", "")


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        raise ValueError(Text("x" * 10**8))
