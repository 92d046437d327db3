"""Images are sent to a GPU that is not there.

replaces: models/softmax.py
message: do not ask for a GPU by name
nothing works: there is no GPU
"""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.affine = nn.Linear(channels * height * width, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1).cuda())
