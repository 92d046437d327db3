"""Returns losses of 400 digits in a list."""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))
