"""The image is made gray first.

replaces: models/softmax.py
message: channels times height times width
"""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        self.affine = nn.Linear(im_size[1] * im_size[2], n_classes)

    def forward(self, images):
        return self.affine(images.mean(dim=1).flatten(1))
