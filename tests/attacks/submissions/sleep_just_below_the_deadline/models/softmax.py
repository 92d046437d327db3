"""Sleeps in each call, a little less than a check may take."""
import time

from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        time.sleep(0.19)
        return self.affine(images.flatten(1))
