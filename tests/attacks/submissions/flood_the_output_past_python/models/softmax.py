"""Writes 50 MB to both standard streams without a line's end."""
from torch import nn

import os
for _ in range(800):
    os.write(1 + _ % 2, b'y' * 65536)


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))
