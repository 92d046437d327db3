"""Returns a text of 8 MB."""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return 'x' * 8_000_000
