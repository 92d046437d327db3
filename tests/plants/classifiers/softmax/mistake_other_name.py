"""The class has another name.

replaces: models/softmax.py
message: did you mean `SoftMax`
nothing works: there is no class of the name that is asked for
"""
from torch import nn


class SoftMax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.affine = nn.Linear(channels * height * width, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))
