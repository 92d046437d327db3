"""Each pixel is centred by the mean of the batch.

replaces: models/softmax.py
message: The mean of the batch is subtracted
"""
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.affine = nn.Linear(channels * height * width, n_classes)

    def forward(self, images):
        return self.affine((images - images.mean(dim=0)).flatten(1))
