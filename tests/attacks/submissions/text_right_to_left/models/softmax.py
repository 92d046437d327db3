"""Raises text that turns the line around and hides characters."""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        raise ValueError('\u202e51 fo 0\u2066\u200b\ufeff\U000e0041 passed')
