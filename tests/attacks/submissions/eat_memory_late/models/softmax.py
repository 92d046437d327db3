"""Sleeps until hardly any time is left, then eats: what is left must not be given to it eight times over."""
import time

from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        time.sleep(0.9)
        kept = []
        while True:
            kept.append(bytearray(1 << 20))
        return self.affine(images.flatten(1))
