"""Raises and prints half characters and zero bytes."""
from torch import nn

print('\ud800\0\uffff')


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        raise ValueError('\ud800\0\udfff\x85\u2028')
